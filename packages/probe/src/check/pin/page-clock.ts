import type { Veil } from './veil.ts';

/**
 * Runs in every realm of a pinned visit; self-contained, as it is sent as text. The clock itself is the browser's
 * virtual one; here is put right what the browser still takes from the machine's: the zero of `performance`, the times
 * of events and frames, and how the page felt to the machine.
 */
export function pinPageClock(veil: Veil): void {
  const scope = globalThis as unknown as Record<string, { readonly prototype: object } | undefined>;
  const { apply } = Reflect;
  // The machine's clock is told to a page with some jitter, far below what a virtual one moves by.
  const { round, max } = Math;
  const protoOf = (name: string): object | undefined => scope[name]?.prototype;
  const nativeNow = Performance.prototype.now;
  const ours = performance;
  const machine = (): number => apply(nativeNow, ours, []) as number;
  const zero = machine();
  const origin = Date.now();
  const elapsed = (): number => max(0, round(machine() - zero));

  veil.method(Performance.prototype, 'now', () => elapsed());
  veil.getter(Performance.prototype, 'timeOrigin', () => origin);
  const asked = new WeakMap<object, number>();
  const known = asked.get.bind(asked);
  const note = asked.set.bind(asked);
  veil.getter(Event.prototype, 'timeStamp', (native, self) => {
    // Throws for what is no event, as it should.
    apply(native, self, []);
    const event = self as object;
    const first = known(event) ?? elapsed();
    note(event, first);
    return first;
  });

  // When things happened: marks of the page's own in its own time, all else never mattered.
  const own = /^(mark|measure)$/;
  const kindOf = Object.getOwnPropertyDescriptor(protoOf('PerformanceEntry') ?? {}, 'entryType')?.get;
  const timeOf = (native: Function, self: unknown, relative: boolean): unknown => {
    const value: unknown = apply(native, self, []);
    if (typeof value !== 'number') return value;
    if (!kindOf || !own.test(apply(kindOf, self, []) as string)) return 0;
    return max(0, round(value - (relative ? zero : 0)));
  };
  const entries = ['PerformanceEntry', 'PerformanceResourceTiming', 'PerformanceNavigationTiming'];
  const felt = [
    'PerformanceEventTiming',
    'PerformanceLongTaskTiming',
    'PerformanceLongAnimationFrameTiming',
    'LargestContentfulPaint',
    'LayoutShift',
    'PerformancePaintTiming',
    'PerformanceServerTiming',
  ];
  for (const name of [...entries, ...felt]) {
    const proto = protoOf(name);
    for (const key of proto ? Object.getOwnPropertyNames(proto) : [])
      if (!/^(entryType|name|type|decodedBodySize|nextHopProtocol|initiatorType)$/.test(key))
        veil.getter(proto, key, (native, self) => timeOf(native, self, key === 'startTime'));
    veil.method(proto, 'toJSON', (native, self) => {
      const plain = apply(native, self, []) as Record<string, unknown>;
      for (const key of Object.keys(plain))
        if (typeof plain[key] === 'number') plain[key] = (self as Record<string, unknown>)[key];
      return plain;
    });
  }
  const timing = protoOf('PerformanceTiming');
  for (const key of timing ? Object.getOwnPropertyNames(timing) : [])
    veil.getter(timing, key, (native, self) => (apply(native, self, []) === 0 ? 0 : origin));
  // Whether there is such an entry at all depends on how busy the machine was.
  const moody =
    /^(resource|event|first-input|longtask|long-animation-frame|largest-contentful-paint|layout-shift)$/;
  veil.method(protoOf('PerformanceObserver'), 'observe', (native, self, args) => {
    const options = args[0] as { type?: unknown; entryTypes?: unknown } | undefined;
    const types = [options?.type, ...(Array.isArray(options?.entryTypes) ? options.entryTypes : [])];
    return types.some((type) => typeof type === 'string' && moody.test(type))
      ? undefined
      : (apply(native, self, args as unknown[]) as unknown);
  });
  for (const name of ['getEntries', 'getEntriesByType', 'getEntriesByName'])
    veil.method(Performance.prototype, name, (native, self, args) =>
      (apply(native, self, args as unknown[]) as PerformanceEntry[]).filter(
        (entry) => !moody.test(entry.entryType),
      ),
    );
  // Its class has no name by which to find it.
  const memory = (ours as { memory?: object }).memory;
  for (const [key, value] of [
    ['usedJSHeapSize', 10_000_000],
    ['totalJSHeapSize', 12_000_000],
    ['jsHeapSizeLimit', 4_294_705_152],
  ] as const)
    veil.getter(memory && (Object.getPrototypeOf(memory) as object), key, () => value);
  const connection = protoOf('NetworkInformation');
  veil.getter(connection, 'rtt', () => 50);
  veil.getter(connection, 'downlink', () => 10);
  veil.getter(connection, 'effectiveType', () => '4g');

  // Frames come by the machine's clock: a page that counts them counts virtual ones.
  const later = setTimeout;
  let waiting = new Map<number, (time: number) => void>();
  let last = 0;
  const flush = (): void => {
    const due = waiting;
    waiting = new Map();
    for (const [id, callback] of due)
      try {
        if (!gone.delete(id)) callback(elapsed());
      } catch (error) {
        reportError(error);
      }
  };
  const gone = new Set<number>();
  const frames = (native: Function, self: unknown, args: readonly unknown[]): unknown => {
    if (typeof args[0] !== 'function') return apply(native, self, args as unknown[]);
    if (waiting.size === 0) later(flush, 16);
    last += 1;
    waiting.set(last, args[0] as (time: number) => void);
    return last;
  };
  veil.method(scope, 'requestAnimationFrame', frames);
  veil.method(scope, 'cancelAnimationFrame', (_native, _self, args) => {
    const id = Number(args[0]);
    if (!waiting.delete(id) && id <= last) gone.add(id);
  });
  veil.method(scope, 'requestIdleCallback', (native, self, args) => {
    const callback = args[0];
    if (typeof callback !== 'function') return apply(native, self, args as unknown[]) as unknown;
    const deadline = Object.create(protoOf('IdleDeadline') ?? null, {
      didTimeout: { value: false },
      timeRemaining: { value: () => 12 },
    }) as object;
    return later(() => (callback as (deadline: object) => void)(deadline), 30);
  });
  veil.method(scope, 'cancelIdleCallback', (_native, _self, args) => clearTimeout(Number(args[0])));
}

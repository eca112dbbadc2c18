import type { Failure } from '@komainu/model';

/** Thrown inside a walk to end it; carries the failure that goes into the recording. Never leaves the package. */
export class Stop extends Error {
  override readonly name = 'Stop';
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.code, options);
    this.failure = failure;
  }
}

/** How time goes by in a visit: by itself, or only when it is granted. */
export interface Pace {
  /** Milliseconds since some moment. */
  now(): number;
  pass(ms: number): Promise<void>;
}

const REAL: Pace = {
  now: () => performance.now(),
  pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** What ends a visit from outside its steps: the deadline, a crash, the caller. */
export class Brake {
  readonly #controller = new AbortController();
  readonly #pace: Pace;

  constructor(pace: Pace = REAL) {
    this.#pace = pace;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  pull(failure: Failure): void {
    if (!this.#controller.signal.aborted) this.#controller.abort(new Stop(failure));
  }
  /** @throws Stop once the brake was pulled */
  check(): void {
    this.#controller.signal.throwIfAborted();
  }
  /** The promise, or Stop as soon as the brake is pulled. The loser goes on unheard. */
  async race<T>(promise: Promise<T>): Promise<T> {
    // First: a promise that came too late must not end the process when it fails.
    promise.catch(() => undefined);
    this.check();
    const signal = this.#controller.signal;
    let listener: (() => void) | undefined;
    const stopped = new Promise<never>((_, reject) => {
      listener = () => reject(signal.reason as Stop);
      signal.addEventListener('abort', listener, { once: true });
    });
    try {
      return await Promise.race([promise, stopped]);
    } finally {
      if (listener) signal.removeEventListener('abort', listener);
    }
  }
  /** Ms of the visit's own time; for waits that end. */
  now(): number {
    return this.#pace.now();
  }
  sleep(ms: number): Promise<void> {
    return this.race(this.#pace.pass(ms));
  }
  /** Real ms: for what the browser is waited for, not a page. */
  await(ms: number): Promise<void> {
    return this.race(REAL.pass(ms));
  }
}

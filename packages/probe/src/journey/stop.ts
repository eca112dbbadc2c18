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

/** What ends a visit from outside its steps: the deadline, a crash, the caller. */
export class Brake {
  readonly #controller = new AbortController();

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
  async sleep(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await this.race(new Promise((resolve) => (timer = setTimeout(resolve, ms))));
    } finally {
      clearTimeout(timer);
    }
  }
}

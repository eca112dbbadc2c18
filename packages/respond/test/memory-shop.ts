import { type ActResult, type CardMethod, type Failure, type ShopPort, text } from '@komainu/model';

export type Mishap = 'ok' | 'fail' | 'throw' | 'done-but-fail' | 'crash-before' | 'crash-after' | 'reopen';

const down: Failure = { code: 'unreachable', message: text('the shop is down', '店舗につながりません') };

/** A shop's engine in memory. It outlives the process that acts on it: a port is one process's way to it. */
export class MemoryShop {
  private methods: CardMethod[] = [
    { code: 'card', enabled: true },
    { code: 'card-2', enabled: true },
  ];
  /** Called whenever cards are switched on by {@link ShopPort.resume}. */
  onResume: () => void = () => {};

  get open(): boolean {
    return this.methods.some(({ enabled }) => enabled);
  }

  turn(enabled: boolean): void {
    this.methods = this.methods.map(({ code }) => ({ code, enabled }));
  }

  /** @param mishap what befalls the next call; `crash` never comes back, as a killed process does not */
  port(
    mishap: () => Mishap = () => 'ok',
    crash: () => Promise<never> = () => new Promise(() => {}),
  ): ShopPort {
    const act = async <T>(effect: () => T): Promise<ActResult<T>> => {
      const befalls = mishap();
      if (befalls === 'throw') throw new Error('a bug of the adapter \ud800');
      if (befalls === 'crash-before') return crash();
      if (befalls === 'fail') return { kind: 'failed', failure: down };
      const value = effect();
      if (befalls === 'crash-after') return crash();
      if (befalls === 'done-but-fail') return { kind: 'failed', failure: down };
      if (befalls === 'reopen') this.turn(true);
      return { kind: 'done', value };
    };
    const off = () => {
      this.turn(false);
      return this.methods;
    };
    return {
      cardMethods: () => act(() => this.methods),
      switchOff: () => act(off),
      voidInFlight: () => act(() => ({ voided: 0, note: 'none to void' })),
      resume: () =>
        act(() => {
          this.onResume();
          this.turn(true);
          return this.methods;
        }),
      async *orders() {},
      async *unfinishedCheckouts() {},
    };
  }
}

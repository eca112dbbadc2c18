import type { ProviderSettings } from './settings.ts';
import { sign, signatureHeader } from './signature.ts';
import { newId, type Store, unixNow } from './store.ts';

/** "We suspect a leak": what an operator files and the merchant receives. Times are ISO 8601 with offset. */
export type LeakNotice = {
  readonly case_id: string;
  readonly suspected_from: string;
  readonly suspected_to: string;
  readonly cards: number;
  readonly message: string;
};

export type Courier = {
  readonly file: (notice: LeakNotice) => 'filed' | 'duplicate';
  readonly retryNow: () => void;
  readonly stop: () => void;
};

const capMs = 5 * 60_000;
const idlePollMs = 1_000;

/** Deliveries live in the store: a restart goes on where it was, and nothing is dropped before a 2xx. */
export function startCourier(settings: ProviderSettings, store: Store): Courier {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running = false;
  const aborter = new AbortController();
  const endpoint = () =>
    String(store.get(`SELECT value FROM settings WHERE key='webhook_url'`)?.['value'] ?? settings.webhookUrl);

  const schedule = (ms: number) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void round(), ms);
  };

  const attempt = async (id: string, body: string, attempts: number): Promise<void> => {
    const url = endpoint();
    let result = 'no endpoint';
    if (url !== '') {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            [signatureHeader]: sign(settings.webhookSecret, unixNow(), body),
          },
          body,
          redirect: 'manual',
          signal: AbortSignal.any([aborter.signal, AbortSignal.timeout(10_000)]),
        });
        result = `HTTP ${response.status}`;
        await response.body?.cancel();
        if (response.ok) {
          store.run(
            'UPDATE deliveries SET attempts=attempts+1, delivered_at=?, last_result=? WHERE id=?',
            unixNow(),
            result,
            id,
          );
          return;
        }
      } catch (error) {
        result = error instanceof Error ? error.name : 'failed';
      }
    }
    if (stopped) return;
    const wait =
      url === '' ? idlePollMs : Math.min(capMs, settings.retryBaseMs * 2 ** Math.min(attempts, 20));
    store.run(
      'UPDATE deliveries SET attempts=attempts+?, next_at=?, last_result=? WHERE id=?',
      url === '' ? 0 : 1,
      Date.now() + wait,
      result,
      id,
    );
  };

  const round = async (): Promise<void> => {
    // One round at a time: two would send the same event twice.
    if (running) return schedule(20);
    running = true;
    const due = store.all(
      'SELECT * FROM deliveries WHERE delivered_at IS NULL AND next_at<=? ORDER BY next_at LIMIT 10',
      Date.now(),
    );
    await Promise.all(
      due.map((row) => attempt(String(row['id']), String(row['body']), Number(row['attempts']))),
    );
    running = false;
    if (stopped) return;
    const next = store.get('SELECT min(next_at) AS at FROM deliveries WHERE delivered_at IS NULL')?.['at'];
    if (typeof next === 'number') schedule(Math.max(20, next - Date.now()));
  };

  schedule(0);
  return {
    file: (notice) => {
      const filed = store.run(
        'INSERT OR IGNORE INTO notices(case_id, body, created) VALUES(?,?,?)',
        notice.case_id,
        JSON.stringify(notice),
        unixNow(),
      );
      if (filed === 0) return 'duplicate';
      const id = newId('evt');
      const body = JSON.stringify({
        id,
        object: 'event',
        type: 'leak.suspected',
        created: unixNow(),
        data: { merchant: settings.merchant, ...notice },
      });
      store.run(
        'INSERT INTO deliveries(id, case_id, body, next_at) VALUES(?,?,?,?)',
        id,
        notice.case_id,
        body,
        Date.now(),
      );
      schedule(0);
      return 'filed';
    },
    retryNow: () => {
      store.run('UPDATE deliveries SET next_at=? WHERE delivered_at IS NULL', Date.now());
      schedule(0);
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      aborter.abort();
    },
  };
}

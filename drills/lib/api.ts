import { LedgerEntry } from '@komainu/model';
import { z } from 'zod';

/** What a drill reads of GET /api/state. */
const State = z.object({
  ledger: z.object({ origin: z.string(), size: z.number(), vkey: z.string() }),
  shops: z.array(
    z.object({
      gate: z.object({ state: z.string(), since: z.string() }),
      guardians: z.array(z.object({ id: z.string(), kind: z.string(), state: z.string() })),
      roots: z.array(
        z.object({
          id: z.string(),
          seal: z.object({ release: z.number() }).nullable(),
          lastReport: z.object({ verdict: z.string().nullable() }).nullable(),
        }),
      ),
      incidents: z.array(z.object({ id: z.string(), state: z.string() })),
    }),
  ),
});
type DrillState = z.infer<typeof State>;

const Entries = z.object({
  size: z.number(),
  entries: z.array(z.object({ index: z.number(), entry: LedgerEntry })),
});
export interface Indexed {
  readonly index: number;
  readonly entry: LedgerEntry;
}

/** The server's API as a drill uses it: over HTTP, like everyone. */
export interface Api {
  readonly url: string;
  readonly token: string;
  state(): Promise<DrillState>;
  /** All entries from `from` on. */
  entries(from?: number): Promise<readonly Indexed[]>;
  get(path: string): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  /** Entries as they happen, from `from` on, until the signal. */
  follow(from: number, signal: AbortSignal): AsyncGenerator<Indexed>;
}

const PAGE = 500;

export function openApi(url: string, token: string): Api {
  const headers = { authorization: `Bearer ${token}` };
  const get = (path: string) => fetch(new URL(path, url), { headers });
  const api: Api = {
    url,
    token,
    get,
    post: (path, body) =>
      fetch(new URL(path, url), {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    state: async () => State.parse(await ok(await get('/api/state'))),
    entries: async (from = 0) => {
      const all: Indexed[] = [];
      for (;;) {
        const page = Entries.parse(
          await ok(await get(`/api/entries?from=${from + all.length}&limit=${PAGE}`)),
        );
        all.push(...page.entries);
        if (page.entries.length === 0 || from + all.length >= page.size) return all;
      }
    },
    async *follow(from, signal) {
      const response = await fetch(new URL('/api/events', url), {
        headers: from > 0 ? { ...headers, 'last-event-id': String(from - 1) } : headers,
        signal,
      });
      if (!response.ok || !response.body) throw new Error(`/api/events: ${response.status}`);
      let text = '';
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const events = text.split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) {
          const data = event
            .split('\n')
            .filter((line) => line.startsWith('data:'))
            .map((line) => line.slice(5));
          if (data.length === 0) continue;
          const value = z
            .object({ index: z.number(), entry: LedgerEntry })
            .parse(JSON.parse(data.join('\n')));
          if (value.index >= from) yield value;
        }
      }
    },
  };
  return api;
}

async function ok(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response.json();
}

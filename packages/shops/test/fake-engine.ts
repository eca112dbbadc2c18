import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly session: string | null;
}
export type Reply =
  | { readonly data: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly errors: readonly unknown[]; readonly status?: number }
  | ((request: IncomingMessage, response: ServerResponse) => void);

/** A server on loopback that speaks just enough GraphQL over HTTP to fail in every way a shop's engine can. */
export async function fakeEngine(reply: (asked: Asked) => Reply) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sent = JSON.parse(Buffer.concat(chunks).toString()) as {
        query: string;
        variables: Asked['variables'];
      };
      const session = request.headers.authorization?.replace('Bearer ', '') ?? null;
      const call = { document: sent.query, variables: sent.variables, session };
      asked.push(call);
      const answer = reply(call);
      if (typeof answer === 'function') {
        answer(request, response);
        return;
      }
      const status = 'status' in answer ? (answer.status ?? 200) : 200;
      const headers = 'headers' in answer ? answer.headers : {};
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify('data' in answer ? { data: answer.data } : { errors: answer.errors }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin-api`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const isSignIn = ({ document }: Asked) => document.includes('login(');
export const signedIn = (session = 's1'): Reply => ({
  data: { login: { __typename: 'CurrentUser' } },
  headers: { 'vendure-auth-token': session },
});
export const FORBIDDEN: Reply = {
  errors: [{ message: 'not authorized', extensions: { code: 'FORBIDDEN' } }],
};

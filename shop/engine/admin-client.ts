/** A minimal client of the engine's own Admin API, used only to furnish an empty shop. */
export type Admin = <T>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<T>;

export async function signIn(url: string, user: string, password: string): Promise<Admin> {
  const post = async (query: string, variables: unknown, token?: string) =>
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
  const login = await post(
    'mutation($u:String!,$p:String!){ login(username:$u,password:$p){ __typename } }',
    { u: user, p: password },
  );
  const token = login.headers.get('vendure-auth-token');
  if (token === null) throw new Error(`the engine refused ${user}: ${await login.text()}`);
  return async <T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> => {
    const response = await post(query, variables, token);
    const answer = (await response.json()) as { data?: T; errors?: readonly { message: string }[] };
    if (answer.errors !== undefined || answer.data === undefined) {
      throw new Error(`${query.slice(0, 60)}: ${answer.errors?.[0]?.message ?? response.status}`);
    }
    return answer.data;
  };
}

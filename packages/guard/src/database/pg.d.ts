/** What the guard uses of the driver, which brings no types. */
declare module 'pg' {
  interface Result {
    readonly rows: readonly (readonly (string | null)[])[];
    readonly fields: readonly { readonly dataTypeID: number }[];
  }
  export class Client {
    constructor(options: Readonly<Record<string, unknown>>);
    connect(): Promise<void>;
    query(query: {
      readonly text: string;
      readonly values?: readonly (string | Buffer)[];
      readonly rowMode: 'array';
      readonly types: { readonly getTypeParser: () => (value: string) => string };
    }): Promise<Result>;
    on(event: 'error', listener: (error: Error) => void): void;
    end(): Promise<void>;
  }
  const pg: { readonly Client: typeof Client };
  export default pg;
}

/** Apart from helpers.ts, which belongs to the test runner, for the child processes. */
export const NAME = 'shop.example/ledger';

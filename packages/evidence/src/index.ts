export { EvidenceError, type EvidenceErrorCode } from './errors.ts';
export { type Keys, type KeysOptions, openKeys } from './keys.ts';
export { type Ledger, type LedgerOptions, openLedger } from './ledger.ts';

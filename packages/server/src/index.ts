export { ServerError, type ServerErrorCode } from './error.ts';
export { StateBody } from './http/schemas.ts';
export { BUILT_IN } from './journeys.ts';
export { type Log, openLog } from './log.ts';
export type { Ports, ServerOptions, Tempo } from './options.ts';
export { type Server, startServer } from './start.ts';
export type { Job, Queue, TakenJob } from './store/queue.ts';
export type { Batch, Cursor, Store } from './store/store.ts';
export type { CheckOrder, Prober, VisitMade, VisitOrder } from './watch/prober.ts';

import { z } from 'zod';
import { CardField } from './canary.ts';
import { BlobRef, Instant } from './ids.ts';

/** Where something ran. Everything in these artifacts that a page can choose is untrusted. */
export const TargetKind = z.enum(['page', 'frame', 'worker', 'shared-worker', 'service-worker']);
export type TargetKind = z.infer<typeof TargetKind>;

export const StackFrame = z
  .strictObject({ url: z.string(), function: z.string(), line: z.int(), column: z.int() })
  .readonly();
export type StackFrame = z.infer<typeof StackFrame>;

export const Initiator = z
  .strictObject({
    kind: z.enum(['parser', 'script', 'preload', 'preflight', 'other']),
    /** The document or script that caused it. */
    url: z.string().nullable(),
    /** Innermost first, at most 16; lines and columns count from 0, as CDP's do. */
    stack: z.array(StackFrame).readonly(),
  })
  .readonly();
export type Initiator = z.infer<typeof Initiator>;

export const ObservedScript = z
  .strictObject({
    /** Unique in the recording. */
    id: z.string(),
    kind: z.enum(['external', 'inline', 'handler', 'dynamic', 'eval', 'worker', 'module']),
    /** The address it was loaded from; null for inline, eval and the like. */
    url: z.string().nullable(),
    target: TargetKind,
    frameUrl: z.string(),
    initiator: Initiator,
    body: BlobRef,
    bytes: z.int().nonnegative(),
    at: Instant,
  })
  .readonly();
export type ObservedScript = z.infer<typeof ObservedScript>;

const Header = z.tuple([z.string(), z.string()]).readonly();

export const WireBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }).readonly(),
  z.strictObject({ kind: z.literal('bytes'), blob: BlobRef, bytes: z.int().nonnegative() }).readonly(),
  /** The browser did not hand the body over (a streamed upload): counts in the verdict. */
  z.strictObject({ kind: z.literal('unseen'), reason: z.string() }).readonly(),
]);
export type WireBody = z.infer<typeof WireBody>;

/** One message that left, or tried to leave, the browser. */
export const WireMessage = z
  .strictObject({
    id: z.string(),
    at: Instant,
    channel: z.enum(['request', 'websocket', 'webtransport']),
    /** CDP's resource type, lower case: `document`, `xhr`, `fetch`, `ping`, `image`, `websocket`… */
    resource: z.string(),
    method: z.string(),
    /** Whole address with query. */
    url: z.string(),
    headers: z.array(Header).readonly(),
    body: WireBody,
    target: TargetKind,
    frameUrl: z.string(),
    initiator: Initiator,
    outcome: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('response'), status: z.int(), mime: z.string() }).readonly(),
      /** The probe answered instead of the network. */
      z.strictObject({ kind: z.literal('answered'), status: z.int() }).readonly(),
      /** The probe refused it: an order would have been placed. */
      z.strictObject({ kind: z.literal('refused') }).readonly(),
      z.strictObject({ kind: z.literal('failed'), error: z.string() }).readonly(),
      z.strictObject({ kind: z.literal('unanswered') }).readonly(),
    ]),
  })
  .readonly();
export type WireMessage = z.infer<typeof WireMessage>;

/** The response headers of a document: the page itself and every frame. */
export const DocumentHeaders = z
  .strictObject({
    url: z.string(),
    main: z.boolean(),
    status: z.int(),
    /** Names in lower case, in the order received; repeated names stay repeated. */
    headers: z.array(Header).readonly(),
    at: Instant,
  })
  .readonly();
export type DocumentHeaders = z.infer<typeof DocumentHeaders>;

/** In CSS pixels of the main frame's viewport. */
const Rect = z
  .strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
  .readonly();

export const ObservedFrame = z
  .strictObject({
    id: z.string(),
    parent: z.string().nullable(),
    url: z.string(),
    /** Serialised origin, `null` for opaque ones. */
    origin: z.string(),
    name: z.string(),
    /** Null where the owner element could not be measured. */
    rect: Rect.nullable(),
    visible: z.boolean(),
  })
  .readonly();
export type ObservedFrame = z.infer<typeof ObservedFrame>;

export const ObservedForm = z
  .strictObject({
    frameUrl: z.string(),
    /** Resolved against the document. */
    action: z.string(),
    method: z.string(),
    fields: z
      .array(
        z
          .strictObject({
            name: z.string(),
            type: z.string(),
            autocomplete: z.string(),
            label: z.string(),
            visible: z.boolean(),
            /** Which card field a person would take it for. */
            card: CardField.nullable(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type ObservedForm = z.infer<typeof ObservedForm>;

/** A field in which a person would type card data, as found by hit test in any frame. */
export const ObservedCardField = z
  .strictObject({
    field: CardField,
    frameUrl: z.string(),
    origin: z.string(),
    /** A CSS path, for people. */
    selector: z.string(),
    rect: Rect.nullable(),
    /** When the canary's value was typed into it; null when it was only seen. */
    typedAt: Instant.nullable(),
  })
  .readonly();
export type ObservedCardField = z.infer<typeof ObservedCardField>;

export const Screenshot = z
  .strictObject({ label: z.string(), at: Instant, blob: BlobRef, mime: z.enum(['image/png', 'image/jpeg']) })
  .readonly();
export type Screenshot = z.infer<typeof Screenshot>;

/**
 * Something a script did with what was typed, told by the debugger and not by the page. Only acts in which a typed
 * value took part are kept, and listeners on the fields it was typed into. Never the value itself.
 */
export const ScriptAct = z
  .strictObject({
    /** Of the first of its kind. */
    at: Instant,
    target: TargetKind,
    frameUrl: z.string(),
    /**
     * `read`: took it from a field, an event, the clipboard; `listen`: asked to be told of keys or input on a field;
     * `encode`: turned it into other text or bytes; `cipher`: encrypted, hashed or signed it; `store`: kept it for
     * later; `pass`: handed it to another frame or worker; `send`: gave it to a channel that leaves the browser.
     */
    act: z.enum(['read', 'listen', 'encode', 'cipher', 'store', 'pass', 'send']),
    /** A row of the probe's table: `HTMLInputElement.value`, `SubtleCrypto.encrypt`. */
    api: z.string(),
    /** Whose plaintext it was. */
    fields: z.array(CardField).readonly(),
    /** Untrusted: the address it went to, the event's name, the algorithm; null where there is none. */
    detail: z.string().nullable(),
    /** Innermost first, at most 16; lines and columns count from 0. */
    stack: z.array(StackFrame).readonly(),
    /** How often the same stack did the same. */
    count: z.int().positive(),
  })
  .readonly();
export type ScriptAct = z.infer<typeof ScriptAct>;

/** One connection the browser asked the probe's forward proxy for: what left, whatever the browser itself tells of it. */
export const Connection = z
  .strictObject({
    id: z.string(),
    at: Instant,
    /** As asked for, lower case; untrusted. */
    host: z.string(),
    port: z.int().min(0).max(65535),
    /** `tunnel`: CONNECT, as for TLS and WebSockets; `http`: requests in the clear. */
    kind: z.enum(['tunnel', 'http']),
    /** The address that was resolved and spoken to; null when it came to none. */
    address: z.string().nullable(),
    /** Bytes from the browser and to it; of a tunnel all of them, of `http` with heads. */
    sent: z.int().nonnegative(),
    received: z.int().nonnegative(),
    outcome: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('opened') }).readonly(),
      /** The probe must not speak to it (a private address, a port that is none of the web's). */
      z.strictObject({ kind: z.literal('refused'), reason: z.string() }).readonly(),
      z.strictObject({ kind: z.literal('failed'), error: z.string() }).readonly(),
    ]),
  })
  .readonly();
export type Connection = z.infer<typeof Connection>;

import { z } from 'zod';
import { DatabaseConfig } from './database.ts';
import { GuardianId, GuardKey, PageId, RootId, ShopId } from './ids.ts';

const httpUrl = z.url({ protocol: /^https?$/ });

/** A call the page makes with card data that a visit must not let through: the probe answers it itself. */
export const PaymentCall = z
  .strictObject({
    method: z.string().default('POST'),
    /** Origin and path, exactly, without query. */
    url: httpUrl,
    answer: z
      .strictObject({
        status: z.int().min(200).max(599),
        headers: z.record(z.string(), z.string()).default({}),
        body: z.string().default(''),
      })
      .readonly(),
  })
  .readonly();
export type PaymentCall = z.infer<typeof PaymentCall>;

/** An address and the journey that reaches it. */
export const PaymentPage = z
  .strictObject({
    id: PageId,
    /** The payment page's own address; the origin of `{{origin}}` in the journey. */
    url: httpUrl,
    /** Path of the journey's file, relative to the configuration. */
    journey: z.string(),
    /** Calls the probe answers with a decline; nothing typed in a visit reaches a provider. */
    paymentCalls: z.array(PaymentCall).readonly().default([]),
    /** Addresses (origin and path) whose call would place the order: refused by the probe, always. */
    neverCall: z.array(httpUrl).readonly().default([]),
    /**
     * `full`, also when left out: several visits that prove whether what leaves depends on the card. `one`: a single
     * visit that recognises card data, who reads it, and what is not as approved.
     */
    depth: z.enum(['one', 'full']).optional(),
    /** Seconds between checks; jitter of a tenth is added. */
    everySeconds: z.number().min(5).default(300),
  })
  .readonly();
export type PaymentPage = z.infer<typeof PaymentPage>;

/** How the guard treats what changes under a path. `visitor`: a field of a database that visitors fill in. */
export const PathPolicy = z.enum(['sealed', 'no-exec', 'churn', 'ignored', 'visitor']);
export type PathPolicy = z.infer<typeof PathPolicy>;

/**
 * What the guard does by itself when a path is not as sealed. `restore`: put back what is sealed, take away what is
 * not; `quarantine`: only take away what is not sealed; `halt`: stop card payments by the local halt. In a folder of
 * policy `no-exec` only what could run is taken away.
 */
export const Response = z.enum(['alert', 'restore', 'quarantine', 'halt']);
export type Response = z.infer<typeof Response>;

/** `metadata`: also when only the owner or mode differs, and for paths of policy `churn`; otherwise those are told only. */
export const ResponseRule = z
  .strictObject({ glob: z.string(), response: Response, metadata: z.boolean().optional() })
  .readonly();
export type ResponseRule = z.infer<typeof ResponseRule>;

/** How a guard stops card payments by itself: a program with fixed arguments (no shell), or a file whose presence is the switch. */
export const LocalHalt = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('command'),
      /** The program's absolute path, then its arguments. */
      argv: z
        .array(z.string())
        .min(1)
        .refine(([program]) => program?.startsWith('/') === true, 'the program must be an absolute path')
        .readonly(),
      /** It is ended after so many seconds, and has failed. */
      seconds: z.number().min(1).max(60).default(10),
    })
    .readonly(),
  z.strictObject({ kind: z.literal('file'), path: z.string().startsWith('/') }).readonly(),
]);
export type LocalHalt = z.infer<typeof LocalHalt>;

/** A directory of the payment application on the shop's server. */
export const Root = z
  .strictObject({
    id: RootId,
    /** Absolute, or relative to the configuration. */
    path: z.string().min(1),
    /**
     * First match wins; `glob` is relative to the root, `**` crosses directories, `uploads/` stands for the directory
     * and everything in it. Nothing matches: sealed.
     */
    policies: z
      .array(z.strictObject({ glob: z.string(), policy: PathPolicy.exclude(['visitor']) }).readonly())
      .readonly()
      .default([]),
    /** First match wins; nothing matches: told only. Part of the signed release, so that nobody on the host changes it. */
    responses: z.array(ResponseRule).readonly().optional(),
  })
  .readonly();
export type Root = z.infer<typeof Root>;

/** How to reach the shop's platform. Secrets are named (environment variable), never written down. */
export const PlatformConfig = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('vendure'),
      adminApi: httpUrl,
      username: z.string(),
      /** Name of the environment variable that holds the password. */
      passwordEnv: z.string().regex(/^[A-Z_][A-Z0-9_]*$/),
      /** Codes of the payment methods that take cards. */
      cardMethods: z.array(z.string()).min(1).readonly(),
    })
    .readonly(),
]);
export type PlatformConfig = z.infer<typeof PlatformConfig>;

/** What a finding of grade `tampered` does by itself. */
export const HaltPolicy = z
  .strictObject({
    onTampered: z.enum(['halt', 'alert']).default('halt'),
    onProcessorNotice: z.enum(['halt', 'alert']).default('halt'),
  })
  .readonly();
export type HaltPolicy = z.infer<typeof HaltPolicy>;

/** A monitored online shop. */
export const Shop = z
  .strictObject({
    id: ShopId,
    name: z.string().min(1),
    /** IANA zone in which people read times. */
    timeZone: z.string().default('Asia/Tokyo'),
    pages: z.array(PaymentPage).readonly().default([]),
    roots: z.array(Root).readonly().default([]),
    databases: z.array(DatabaseConfig).readonly().default([]),
    platform: PlatformConfig.optional(),
    /**
     * Path of the sealing key's public half (PEM), relative to the configuration: seals by any other key are refused.
     * Left out: whoever holds the server's token may seal.
     */
    sealKey: z.string().optional(),
    /**
     * The shop lives in a private network: visits may speak to private, loopback and link-local addresses. Otherwise
     * they are refused, so that a page cannot use the probe to reach into the network it runs in.
     */
    privateNetwork: z.boolean().default(false),
    /**
     * A header by which the shop knows the probe's visits (an allow-list of its firewall). Sent to the shop's own
     * origins only; whoever alters the shop can see it too, so a visit without it must be possible: left out, none.
     */
    identify: z
      .strictObject({ header: z.string().regex(/^[A-Za-z0-9-]{1,64}$/), value: z.string().max(256) })
      .readonly()
      .optional(),
    halt: HaltPolicy.prefault({}),
    /** How its guards stop card payments by themselves, where a path's response is `halt`. */
    localHalt: LocalHalt.optional(),
    /**
     * The keys of its guards, as `komainu guard key` shows them: heartbeats by any other are refused. Left out, the key
     * of a guard's first heartbeat counts from then on. A new line here replaces a key that was enrolled.
     */
    guards: z
      .array(z.strictObject({ id: GuardianId, key: GuardKey }).readonly())
      .readonly()
      .optional(),
    /** Environment variable with the secret of the processor's webhook, if it may notify us. */
    processorSecretEnv: z.string().optional(),
  })
  .readonly();
export type Shop = z.infer<typeof Shop>;

/** Everything of a shop that is sealed and guarded: directories and databases. */
export const sealedRootsOf = ({ roots, databases }: Shop): readonly RootId[] => [
  ...roots.map(({ id }) => id),
  ...databases.map(({ id }) => id),
];

/** The configuration file, `komainu.yaml`. */
export const Config = z
  .strictObject({
    shops: z.array(Shop).min(1).readonly(),
    server: z
      .strictObject({
        host: z.string().default('127.0.0.1'),
        port: z.int().min(0).max(65535).default(4180),
      })
      .readonly()
      .prefault({}),
    /** Where state and evidence live, relative to the configuration. */
    data: z.string().default('.komainu'),
    /** What counts as a sign in files, beside what came with this version. */
    rules: z
      .strictObject({
        /**
         * Path of the public key (PEM, Ed25519) of whom rules are taken from, relative to the configuration. Left out:
         * from nobody.
         */
        key: z.string().optional(),
        /** YARA rules of your own: every changed file's bytes are put before them, by `yr` or `yara` of the PATH. */
        yara: z
          .strictObject({
            /** Directory of `.yar` and `.yara` files, relative to the configuration. */
            dir: z.string().min(1),
            /** `tell`: a hit is a change to look at. `tampered`: a hit halts card payments, as the shop's policy says. */
            onHit: z.enum(['tell', 'tampered']).default('tell'),
            /** The longest one report may take, in seconds. */
            seconds: z.number().min(1).max(60).default(5),
            /** The most memory it may use, in MB. */
            megabytes: z.int().min(64).max(4096).default(512),
          })
          .readonly()
          .optional(),
      })
      .readonly()
      .prefault({}),
    /** Missed seconds after which a silent guard or probe is a finding. */
    heartbeatSeconds: z.number().min(1).default(30),
  })
  .readonly();
export type Config = z.infer<typeof Config>;

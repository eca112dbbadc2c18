/** What a hostile page may make us keep. Beyond it: a gap in the artifact, never silence. */
export const LIMITS = {
  scripts: 2_000,
  scriptBytes: 10 * 1024 * 1024,
  messages: 5_000,
  bodyBytes: 10 * 1024 * 1024,
  websocketFrames: 2_000,
  connections: 2_000,
  /** Of what was sent over a connection that is neither TLS nor HTTP. */
  plainBytes: 64 * 1024,
  transports: 200,
  speculations: 500,
  documents: 200,
  frames: 200,
  forms: 200,
  fieldsPerForm: 200,
  cardFields: 200,
  /** Fields of one frame that are looked at, hidden ones included. */
  fieldsPerFrame: 800,
  /** Of one frame. */
  closedRoots: 500,
  /** Of scripts with typed values, different ones. */
  acts: 1_000,
  stackFrames: 16,
  /** Characters of an address, a header's value. Longer: cut, with a gap. */
  text: 256 * 1024,
  gaps: 100,
} as const;

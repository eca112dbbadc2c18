import type { PathPolicy, Text } from '@komainu/model';

/** One line of a proposed policy. */
export interface PlatformRule {
  readonly glob: string;
  readonly policy: PathPolicy;
  /** What lies there, and why it is treated so: said to the shop's owner beside the line. */
  readonly why: Text;
}

/** How a shop platform lays out its files. */
export interface Platform {
  readonly id: string;
  readonly name: string;
  /** All of these are there, below the root: that is how it is recognised. */
  readonly marks: readonly string[];
  /** First match wins; what none matches is sealed. */
  readonly rules: readonly PlatformRule[];
}

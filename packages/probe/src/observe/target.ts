import type { TargetKind } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';
import type { Session } from '../cdp/connection.ts';

/** Something that runs scripts, held before its first one until the witnesses are set up. */
export interface Target {
  readonly id: string;
  readonly kind: TargetKind;
  readonly session: Session;
  /** Untrusted: the address it was attached with; a page's changes, a worker's does not. */
  readonly url: string;
  /** The frame that owns it, for frames in another process. */
  readonly parentFrame: string | null;
}

const KINDS: Readonly<Record<string, TargetKind>> = {
  page: 'page',
  iframe: 'frame',
  worker: 'worker',
  shared_worker: 'shared-worker',
  service_worker: 'service-worker',
};

/** Null for kinds that run no script of the page (tabs, browser UI, worklets of auctions). */
export const kindOf = (info: Protocol.Target.TargetInfo): TargetKind | null => KINDS[info.type] ?? null;

/** Without it Chromium's own pages (omnibox popup, tab strip) flood the record. */
const TARGET_FILTER: Protocol.Target.TargetFilter = [
  { type: 'browser', exclude: true },
  { type: 'browser_ui', exclude: true },
  { type: 'tab', exclude: true },
  { type: 'webview', exclude: true },
  {},
];

export const AUTO_ATTACH = {
  autoAttach: true,
  waitForDebuggerOnStart: true,
  flatten: true,
  filter: TARGET_FILTER,
} as const satisfies Protocol.Target.SetAutoAttachRequest;

export const hasFrames = (target: Target): boolean => target.kind === 'page' || target.kind === 'frame';

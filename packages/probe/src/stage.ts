import { type Artifact, type ArtifactName, type Artifacts, type Failure, text } from '@komainu/model';
import type { Page } from 'playwright-core';
import type { ContextOptions, OpenContext } from './browser/browser.ts';
import { disguise } from './browser/disguise.ts';
import type { Draws } from './browser/draws.ts';
import { createForkTaker, storesOf } from './check/fork.ts';
import { createLuck } from './check/luck.ts';
import { createPin, type Pin } from './check/pin/pin.ts';
import type { Setting } from './check/setting.ts';
import { failure, tabCrashed } from './failures.ts';
import { createCardTypist } from './journey/card.ts';
import { createHands } from './journey/hands.ts';
import { leaveFrames } from './journey/leave-frames.ts';
import { createSettling } from './journey/settle.ts';
import type { Brake } from './journey/stop.ts';
import type { Ground } from './journey/walk.ts';
import { createFrameTree } from './observe/frame-tree.ts';
import type { Proxy } from './network/proxy.ts';
import type { ContextWatch, Watcher } from './observe/observer.ts';
import { createPages } from './observe/pages.ts';
import { hasFrames, type Target } from './observe/target.ts';
import { createSight } from './page/sight.ts';
import { viewOf } from './page/view.ts';
import type { VisitOptions } from './visit.ts';
import { actsWitness } from './witness/acts.ts';
import { cardFieldsWitness } from './witness/card-fields.ts';
import { connectionsWitness } from './witness/connections.ts';
import { formsWitness } from './witness/forms.ts';
import { framesWitness } from './witness/frames.ts';
import { createGate } from './witness/gate.ts';
import { headersWitness } from './witness/headers.ts';
import { screenshotsWitness } from './witness/screenshots.ts';
import { scriptsWitness } from './witness/scripts.ts';
import { wireWitness } from './witness/wire.ts';
import type { Scene } from './witness/witness.ts';

/** The witnesses of one visit and what they share. */
export interface Stage {
  readonly watchers: readonly Watcher[];
  /** Looks at the page: frames, forms, card fields, one screenshot. */
  look(label: string, page: Target): Promise<void>;
  /** What a journey is walked on, once the page is there. */
  ground(context: OpenContext, walker: Page, page: Target, brake: Brake): Ground;
  /** `trouble`: targets that could not be watched as they should. */
  finish(trouble: ContextWatch['trouble']): Promise<Artifacts>;
  /** What stopped the visit, in the words of whoever knows best. */
  explain(failed: Failure | null): Failure | null;
  /** Of a pinned visit. */
  readonly pin: Pin | null;
}

/** The browser a visit is made in. */
export interface Means {
  readonly product: string;
  readonly proxy: Proxy;
  readonly draws: Draws | null;
}

export function createStage(options: VisitOptions, setting: Setting, means: Means): Stage {
  const { product, proxy } = means;
  const frames = createFrameTree();
  const sight = createSight(frames);
  const pin = pinOf(options, setting, means.draws);
  const gate = createGate({
    page: options.page,
    onward: pin?.onward,
    identify: options.identify && { origin: new URL(options.page.url).origin, ...options.identify },
  });
  const luck = pin ? null : createLuck(setting.role, means.draws);
  const scene: Scene = {
    blobs: options.blobs,
    frames,
    ours: new Set<string>(),
    now: pin?.now ?? Date.now,
    ownScript: (url) => url !== '' && url === (pin ?? luck)?.secret,
  };
  const forks = createForkTaker(frames, sight);
  const wire = wireWitness(scene, gate, proxy);
  const acts =
    !pin && (options.attribution ?? options.purpose === 'check') ? actsWitness(scene, options.canary) : null;
  const scripts = scriptsWitness(scene, acts?.ours);
  const connections = connectionsWitness(proxy, wire.connected);
  const pages = createPages();
  const headers = headersWitness(pages, scene);
  const frameWitness = framesWitness();
  const forms = formsWitness();
  const cardFields = cardFieldsWitness(sight, frames);
  const screenshots = screenshotsWitness(scene);

  const look: Stage['look'] = async (label, page) => {
    // A tab behind another one paints nothing and takes no clicks.
    await page.session.send('Page.bringToFront').catch(() => undefined);
    const view = await viewOf(sight, frames, page);
    frameWitness.see(view);
    forms.see(view);
    await Promise.all([
      // Siblings look alike; one picture of each card would only cost.
      ...(pin ? [] : [screenshots.take(label, page)]),
      cardFields.see(view, page),
      acts?.settle(),
    ]);
  };
  const ground: Stage['ground'] = (context, walker, page, brake) => {
    const hands = createHands(
      walker,
      page,
      frames,
      sight,
      brake,
      options.persona.device === 'mobile',
      pin?.chance,
    );
    let looked = false;
    watchWalker(walker, brake, () => gate.answered(), cardFields.gaps.add.bind(cardFields.gaps));
    void page.session.send('Inspector.enable').catch(() => undefined);
    page.session.on('Inspector.targetCrashed', () =>
      brake.pull(tabCrashed({ url: frames.main(page)?.url ?? '' })),
    );
    return {
      walker,
      page,
      tree: frames,
      sight,
      hands,
      typist: createCardTypist(hands, sight, cardFields, acts?.mark),
      settling:
        pin?.settling(page, frames, sight, brake) ??
        createSettling(page, frames, sight, wire.activity, brake),
      headers,
      cardFields,
      brake,
      filling: { origin: new URL(options.page.url).origin, canary: options.canary },
      persona: options.persona,
      purpose: options.purpose,
      beforeTyping: async () => {
        if (looked) return;
        looked = true;
        setting.forked?.(await forks.take(context, page).catch(() => null));
        await look('before-typing', page);
      },
      stepping: forks.at,
      ours: (scriptId) => scripts.ours(page, scriptId),
      answered: () => gate.answered(),
      leaveFrames: () => leaveFrames(frames, context.watch.targets(), gate, brake),
      failedNavigation: () => wire.activity.failedNavigation(),
    };
  };
  const finish: Stage['finish'] = async (trouble) => ({
    scripts: withTrouble(await scripts.finish(), trouble),
    wire: withTrouble(await wire.finish(), trouble),
    headers: await headers.finish(),
    frames: withGaps(await frameWitness.finish(), pages.popups()),
    forms: withGaps(await forms.finish(), pages.popups()),
    cardFields: withGaps(await cardFields.finish(), pages.popups()),
    screenshots: await screenshots.finish(),
    connections: await connections.finish(),
    ...(acts ? { acts: withTrouble(await acts.finish(), trouble) } : {}),
  });
  return {
    // Frames first: the others ask them where a script or message came from. Scripts enables Debugger, wire Network.
    watchers: [
      frames,
      pages,
      appearance(options, product),
      ...(setting.fork ? [storesOf(setting.fork)] : []),
      ...(setting.forked ? [forks] : []),
      ...(luck ? [luck.watcher] : []),
      sight,
      scripts,
      ...(acts ? [acts] : []),
      headers,
      wire,
      // Last: the others have their say before anything goes on its way.
      ...(pin?.watchers ?? []),
    ],
    look,
    ground,
    finish,
    explain: connections.explain,
    pin,
  };
}

function pinOf({ canary }: VisitOptions, { role, pins }: Setting, draws: Draws | null): Pin | null {
  if (role?.kind !== 'pinned' || !pins) return null;
  return createPin(pins, canary, role.card === 'a' && role.round === 1 ? 'keep' : 'give', draws);
}

/** What a target refused us is a gap in what we know of its scripts and messages. */
function withTrouble<T>(artifact: Artifact<T>, trouble: ContextWatch['trouble']): Artifact<T> {
  const gaps = trouble
    .slice(0, 20)
    .map(({ target, reason }) =>
      failure(
        'target-lost',
        text(
          'A page, frame or worker could not be watched from its first script on.',
          '最初のスクリプトから監視できなかったページ、フレーム、またはワーカーがあります。',
        ),
        { url: target.url, detail: reason },
      ),
    );
  return withGaps(artifact, gaps);
}

function withGaps<T>(artifact: Artifact<T>, gaps: readonly Failure[]): Artifact<T> {
  if (artifact.kind === 'failed' || gaps.length === 0) return artifact;
  return { ...artifact, gaps: [...artifact.gaps, ...gaps] };
}

/** Every target says the same of the visitor. */
function appearance(options: VisitOptions, product: string): Watcher {
  const agent = disguise(options.persona, product);
  return {
    attach: (target) => [
      target.session.send('Emulation.setUserAgentOverride', agent),
      ...(hasFrames(target)
        ? [
            // Both are held for a whole process: a second frame in it is told that they are set already.
            target.session
              .send('Emulation.setTimezoneOverride', { timezoneId: options.persona.timeZone })
              .catch(() => undefined),
            target.session
              .send('Emulation.setLocaleOverride', {
                locale: (options.persona.languages[0] ?? 'ja').replace('-', '_'),
              })
              .catch(() => undefined),
          ]
        : []),
    ],
  };
}

/** Dialogs are dismissed, downloads refused, a crash ends the walk. */
function watchWalker(
  walker: Page,
  brake: Brake,
  answered: () => number,
  gap: (failure: Failure) => void,
): void {
  walker.on('dialog', (dialog) => {
    const kind = dialog.type();
    // Leaving is what we want; `dismiss` would keep us on the page for ever.
    void (kind === 'beforeunload' ? dialog.accept() : dialog.dismiss()).catch(() => undefined);
    // After the probe declined a payment the shop may well say so in a dialog.
    if (kind === 'beforeunload' || answered() > 0) return;
    gap(
      failure(
        'dialog',
        text(
          `The page opened a dialog (${kind}); it was dismissed. What the page would have done after another answer was not seen.`,
          `ページがダイアログ（${kind}）を開いたため、閉じました。別の答えを選んだ場合の動きは見ていません。`,
        ),
        { url: walker.url(), detail: dialog.message() },
      ),
    );
  });
  walker.on('download', (download) => {
    void download.cancel().catch(() => undefined);
    gap(
      failure(
        'download',
        text(
          'The page started a download; it was refused.',
          'ページがダウンロードを始めたため、拒否しました。',
        ),
        { url: download.url(), detail: download.suggestedFilename() },
      ),
    );
  });
  walker.on('popup', () => {
    void walker.bringToFront().catch(() => undefined);
  });
  walker.on('crash', () => brake.pull(tabCrashed({ url: walker.url() })));
}

/** All artifacts of a visit that never got as far as a page. */
export function failedArtifacts(reason: Failure): Artifacts {
  const failed: Artifact<never> = { kind: 'failed', failure: reason };
  const names: readonly ArtifactName[] = [
    'scripts',
    'wire',
    'headers',
    'frames',
    'forms',
    'cardFields',
    'screenshots',
    'connections',
  ];
  return Object.fromEntries(names.map((name) => [name, failed])) as unknown as Artifacts;
}

/** How Playwright opens the context of a persona. */
export const contextOptions = (options: VisitOptions): ContextOptions => {
  const { persona, privateNetwork = false } = options;
  const mobile = persona.device === 'mobile';
  return {
    privateNetwork,
    acceptDownloads: false,
    viewport: persona.viewport,
    screen: mobile ? persona.viewport : { width: 1920, height: 1080 },
    ...(mobile ? { isMobile: true, hasTouch: true, deviceScaleFactor: 2.625 } : {}),
  };
};

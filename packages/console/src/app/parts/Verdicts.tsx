import type { BlobRef, PageId, ShopId, VerdictKind } from '@komainu/model';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { postJson } from '../api/client.ts';
import { useJudgement } from '../api/queries.ts';
import type { PageState, RootState, ShopView } from '../api/types.ts';
import { useSpeech } from '../i18n/index.ts';
import { verdictOn } from '../scene/posture.ts';
import { Approve } from './Approve.tsx';
import { FindingItem } from './FindingItem.tsx';
import { Refusal } from './PersonFields.tsx';
import { useClock } from './Time.tsx';
import { Mono } from './Untrusted.tsx';
import { useOrder } from './useOrder.ts';

const Badge = ({ verdict }: { readonly verdict: VerdictKind | null }) => {
  const { say } = useSpeech();
  return (
    <span className={`badge is-${verdict ?? 'none'}`}>
      {say(verdict === null ? 'verdict.none' : `verdict.${verdict}`)}
    </span>
  );
};

const WEIGHT = { critical: 0, high: 1, medium: 2, low: 3 } as const;

const Findings = ({ judgement }: { readonly judgement: BlobRef }) => {
  const { say, tell } = useSpeech();
  const { data, isError, error } = useJudgement(judgement);
  if (isError) return <Refusal error={error} />;
  if (data === undefined) return <p className="soft">{say('loading')}</p>;
  const findings = data.findings.toSorted((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
  return (
    <>
      <p className="verdict-reason">{tell(data.verdict.reason)}</p>
      {findings.length > 0 && (
        <ul className="findings">
          {findings.map((finding) => (
            <FindingItem key={finding.key} finding={finding} />
          ))}
        </ul>
      )}
    </>
  );
};

const CheckButton = ({ shop, page }: { readonly shop: ShopId; readonly page: PageState }) => {
  const { say } = useSpeech();
  const client = useQueryClient();
  const path = (id: PageId): string =>
    `/api/shops/${encodeURIComponent(shop)}/pages/${encodeURIComponent(id)}/check`;
  const check = useOrder({
    send: (none: object) => postJson(path(page.id), none),
    onDone: () => client.refetchQueries({ queryKey: ['state'] }),
  });
  const running = check.isPending || page.running;
  return (
    <>
      <button type="button" className="button small" disabled={running} onClick={() => check.give({})}>
        {say(running ? 'verdict.checking' : 'verdict.check')}
      </button>
      <Refusal error={check.error} />
    </>
  );
};

const Seen = ({
  verdict,
  subject,
  children,
}: {
  verdict: VerdictKind | null;
  subject: string;
  children: ReactNode;
}) => (
  <article className="seen-thing">
    <p className="seen-head">
      <Badge verdict={verdict} />
      <Mono text={subject} />
    </p>
    {children}
  </article>
);

const Page = ({ shop, page }: { readonly shop: ShopId; readonly page: PageState }) => {
  const { say } = useSpeech();
  const clock = useClock();
  const { lastCheck } = page;
  return (
    <Seen verdict={lastCheck?.verdict ?? null} subject={page.url}>
      {lastCheck !== null && <p className="stamp">{say('verdict.checked', { time: clock(lastCheck.at) })}</p>}
      {page.baseline === null && <p className="soft">{say('verdict.nobaseline')}</p>}
      {lastCheck !== null && <Findings judgement={lastCheck.judgement} />}
      <div className="page-acts">
        <CheckButton shop={shop} page={page} />
        {lastCheck !== null && (page.baseline === null || lastCheck.verdict === 'changed') && (
          <Approve key={lastCheck.check} shop={shop} page={page.id} check={lastCheck.check} />
        )}
      </div>
    </Seen>
  );
};

const Root = ({ root }: { readonly root: RootState }) => {
  const { say } = useSpeech();
  const clock = useClock();
  const { seal, lastReport } = root;
  const sealed =
    seal === null
      ? say('verdict.noseal')
      : say('verdict.sealed', { release: seal.release, files: seal.files });
  return (
    <Seen verdict={verdictOn(root).verdict} subject={root.path}>
      <p className="stamp">
        {sealed}
        {lastReport !== null && (
          <>
            {' · '}
            {say('verdict.reported', { time: clock(lastReport.at) })}
            {' · '}
            {say('verdict.changes', { count: lastReport.changes })}
          </>
        )}
      </p>
      {lastReport?.judgement && <Findings judgement={lastReport.judgement} />}
    </Seen>
  );
};

/** The last check of each page and the last report on each root, with what was found. */
export const Verdicts = ({ shop }: { readonly shop: ShopView }) => {
  const { say } = useSpeech();
  return (
    <section className="panel verdicts" aria-labelledby="verdicts-heading">
      <h2 id="verdicts-heading">{say('verdict.title')}</h2>
      <div className="verdict-half">
        <h3>{say('verdict.outside')}</h3>
        {shop.pages.length === 0 && <p className="soft">{say('verdict.nopages')}</p>}
        {shop.pages.map((page) => (
          <Page key={page.id} shop={shop.shop.id} page={page} />
        ))}
      </div>
      <div className="verdict-half">
        <h3>{say('verdict.inside')}</h3>
        {shop.roots.length === 0 && <p className="soft">{say('verdict.noroots')}</p>}
        {shop.roots.map((root) => (
          <Root key={root.id} root={root} />
        ))}
      </div>
    </section>
  );
};

import type { BlobRef, GuardReport, Incident, Judgement } from '@komainu/model';
import { useQueries, useQuery } from '@tanstack/react-query';
import type { ShopView } from './types.ts';
import { getBody, getJson } from './client.ts';

// What is named by its hash never changes: loaded once, kept.
const judgementQuery = (ref: BlobRef) => ({
  queryKey: ['judgement', ref] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => getJson<Judgement>(`/api/judgements/${ref}`, signal),
});

export const useJudgement = (ref: BlobRef | null) =>
  useQuery({ ...judgementQuery(ref ?? ('' as BlobRef)), enabled: ref !== null });

export const useBody = (ref: BlobRef | null) =>
  useQuery({
    queryKey: ['body', ref],
    queryFn: ({ signal }) => getBody(ref ?? ('' as BlobRef), signal),
    enabled: ref !== null,
    gcTime: 60_000,
  });

const present = <T>(values: readonly (T | undefined)[]): readonly T[] =>
  values.filter((value) => value !== undefined);

/** The guard's reports behind some judgements, in that order; those still loading are left out. */
export const useReports = (judgements: readonly BlobRef[]) => {
  const judged = useQueries({ queries: judgements.map((ref) => judgementQuery(ref)) });
  const refs = [...new Set(judged.flatMap((query) => query.data?.over ?? []))];
  const reports = useQueries({
    queries: refs.map((ref) => ({
      queryKey: ['report', ref],
      queryFn: ({ signal }: { signal: AbortSignal }) => getJson<GuardReport>(`/api/reports/${ref}`, signal),
    })),
  });
  return {
    reports: present(reports.map((query) => query.data)),
    loading: [...judged, ...reports].some((query) => query.isPending),
    failed: [...judged, ...reports].some((query) => query.isError),
  };
};

/** Judgements over files that belong to an incident. */
export const fileJudgements = (incident: Incident | null): readonly BlobRef[] =>
  (incident?.causes ?? []).flatMap((cause) =>
    cause.kind === 'judgement' && cause.source.kind === 'files' ? [cause.judgement] : [],
  );

/** And those of the last reports that found something. */
export const openFileJudgements = (shop: ShopView): readonly BlobRef[] =>
  shop.roots.flatMap(({ lastReport }) =>
    lastReport !== null && lastReport.changes > 0 && lastReport.judgement !== null
      ? [lastReport.judgement]
      : [],
  );

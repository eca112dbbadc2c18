import type { LedgerEntry } from '@komainu/model';
import type { ShopState } from '../src/index.ts';

/** What must hold of any ledger, told without the fold. Gives the first thing that does not. */
export function broken(entries: readonly LedgerEntry[], state: ShopState): string | null {
  const last = (test: (entry: LedgerEntry) => boolean) => entries.findLastIndex(test);
  const ordered = last(({ kind }) => kind === 'halt.ordered');
  const halted = new Set<string>();
  let undone = -1;
  for (const [index, entry] of entries.entries()) {
    if (entry.kind === 'halt.ordered') halted.add(entry.data.incident);
    if (entry.kind === 'resume.failed' && halted.has(entry.data.incident)) undone = index;
  }
  const proved = last(({ kind }) => kind === 'halt.proved');
  const resumed = last(({ kind, actor }) => kind === 'resume.done' && actor.kind === 'person');
  const { gate } = state;
  if (gate.state === 'halted' && proved < ordered) return 'halted without a proof after the order';
  const acts = ['halt.switched-off', 'halt.voided'] as const;
  if (gate.state === 'halted' && acts.some((act) => last(({ kind }) => kind === act) < ordered))
    return 'halted without every act after the order';
  if (gate.state === 'open' && ordered >= 0 && resumed < ordered)
    return 'open without a person having resumed';
  const asked = last(({ kind, actor }) => kind === 'resume.ordered' && actor.kind === 'person');
  if (gate.state === 'open' && ordered >= 0 && asked < ordered)
    return 'open without a person having ordered it';
  if (gate.state === 'open' && ordered >= 0 && undone > resumed) return 'open although the resumption failed';
  if (gate.state !== 'open' && ordered < 0) return `${gate.state} though nobody ordered a halt`;
  const open = state.incidents.filter((incident) => incident.state !== 'resumed');
  if (gate.state !== 'open' && open.length === 0) return `${gate.state} without an incident`;
  return null;
}

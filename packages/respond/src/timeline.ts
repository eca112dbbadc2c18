import { type Incident, type LedgerEntry, type Text, text, type TimelineItem } from '@komainu/model';

/** An incident left open for weeks must not grow without end: its beginning and its latest are kept; the ledger has all. */
const HEAD = 200;
const TAIL = 800;

const ACTS = {
  'switch-off': text('switching card payments off', 'カード決済の停止'),
  void: text('voiding the checkouts under way', '進行中の注文手続きの無効化'),
  prove: text('proving the halt', '停止の確認'),
} as const;

const GUARDIANS = {
  probe: text('probe', 'プローブ(外側の見張り)'),
  guard: text('guard', 'ガード(内側の見張り)'),
};

/** One line of the timeline, for every kind of entry. */
export function titleOf(entry: LedgerEntry): Text {
  switch (entry.kind) {
    case 'server.started': {
      const { version, recovery } = entry.data;
      return recovery === null
        ? text(`Komainu ${version} started`, `Komainu ${version} が起動しました`)
        : text(
            `Komainu ${version} started. ${recovery.en}`,
            `Komainu ${version} が起動しました。${recovery.ja}`,
          );
    }
    case 'shop.registered':
      return text('The shop was registered', '店舗を登録しました');
    case 'baseline.approved':
      return text(
        `The baseline of page ${entry.data.page} was approved`,
        `決済ページ ${entry.data.page} のベースラインが承認されました`,
      );
    case 'seal.made': {
      const { root, release, files } = entry.data;
      return text(
        `${root} was sealed: release ${release}, ${count(files, 'file')}`,
        `${root} を封印しました(第${release}版、${files}ファイル)`,
      );
    }
    case 'files.reported': {
      const { root, changes } = entry.data;
      return text(
        `${count(changes, 'file change')} noticed under ${root}`,
        `${root} でファイルの変更を${changes}件検知しました`,
      );
    }
    case 'judged':
    case 'processor.notified':
      return entry.data.title;
    case 'guardian.silent': {
      const kind = GUARDIANS[entry.data.kind];
      return text(
        `The ${kind.en} ${entry.data.guardian} fell silent`,
        `${kind.ja} ${entry.data.guardian} からの連絡が途絶えました`,
      );
    }
    case 'guardian.back': {
      const kind = GUARDIANS[entry.data.kind];
      return text(
        `The ${kind.en} ${entry.data.guardian} is back`,
        `${kind.ja} ${entry.data.guardian} からの連絡が再開しました`,
      );
    }
    case 'guardian.enrolled':
      return entry.data.by === 'configuration'
        ? text(
            `The key of guard ${entry.data.guardian} was replaced by the configuration's`,
            `ガード ${entry.data.guardian} の鍵を設定ファイルのものに切り替えました`,
          )
        : text(
            `The key of guard ${entry.data.guardian} was enrolled at its first contact`,
            `最初の連絡の際に、ガード ${entry.data.guardian} の鍵を登録しました`,
          );
    case 'guard.acted':
      return entry.data.title;
    case 'incident.opened':
      return text(
        `Incident opened: ${entry.data.title.en}`,
        `インシデントを開きました:${entry.data.title.ja}`,
      );
    case 'incident.joined':
      return text(
        `Added to the incident: ${entry.data.title.en}`,
        `インシデントに追加しました:${entry.data.title.ja}`,
      );
    case 'halt.ordered':
      return text(
        `Halt of card payments ordered: ${entry.data.reason.en}`,
        `カード決済の停止を命じました:${entry.data.reason.ja}`,
      );
    case 'halt.switched-off': {
      const codes = entry.data.methods.map(({ code }) => code).join(', ');
      return text(`Card payments switched off (${codes})`, `カード決済を停止しました(${codes})`);
    }
    case 'halt.voided':
      return text(
        `${count(entry.data.voided, 'checkout')} under way voided`,
        `進行中の注文手続きを${entry.data.voided}件無効にしました`,
      );
    case 'halt.proved':
      return text('Halt proved: no card can be entered', '停止を確認しました:カードは入力できません');
    case 'halt.failed': {
      const { act, attempt, failure } = entry.data;
      return text(
        `${upper(ACTS[act].en)} failed (attempt ${attempt}): ${failure.message.en}`,
        `${ACTS[act].ja}に失敗しました(${attempt}回目):${failure.message.ja}`,
      );
    }
    case 'resume.ordered':
      return text(
        `${entry.actor.name} ordered the resumption: ${entry.data.reason}`,
        `${entry.actor.name} さんが再開を指示しました:${entry.data.reason}`,
      );
    case 'resume.refused':
      return text(
        `Resumption refused: ${entry.data.reason.en}`,
        `再開を受け付けませんでした:${entry.data.reason.ja}`,
      );
    case 'resume.done':
      return text('Card payments are on again', 'カード決済を再開しました');
    case 'resume.failed':
      return text(
        `Resumption failed: ${entry.data.failure.message.en}`,
        `再開に失敗しました:${entry.data.failure.message.ja}`,
      );
    case 'file.restored':
      return text(
        `${entry.data.path} under ${entry.data.root} was restored from the seal`,
        `${entry.data.root} の ${entry.data.path} を封印時の内容に戻しました`,
      );
  }
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
const upper = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1);

export const timelineItem = (index: number, entry: LedgerEntry): TimelineItem => ({
  index,
  at: entry.at,
  kind: entry.kind,
  actor: entry.actor.name,
  title: titleOf(entry),
});

/** The incident with these items in its timeline, in the ledger's order, each once. */
export function withItems(incident: Incident, items: readonly TimelineItem[]): Incident {
  const known = new Set(incident.timeline.map(({ index }) => index));
  const added = items.filter(({ index }) => !known.has(index));
  const all = [...incident.timeline, ...added].sort((a, b) => a.index - b.index);
  const timeline = all.length <= HEAD + TAIL ? all : [...all.slice(0, HEAD), ...all.slice(-TAIL)];
  return { ...incident, timeline };
}

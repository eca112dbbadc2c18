import type { Inspection } from '@komainu/guard';
import { type Language, type Text, text } from '@komainu/model';
import { untrusted } from '../cli/output.ts';

const KINDS: readonly Text[] = [
  text('sealed   any change is an alarm', 'sealed   どんな変更も警報になります'),
  text(
    'no-exec  files may come and go; one that runs, or holds code, is an alarm',
    'no-exec  追加や変更はできますが、実行されるファイルやコードを含むファイルは警報になります',
  ),
  text(
    'churn    may change at will: code hidden there is not seen',
    'churn    自由に変更できます（隠されたコードは検出できません）',
  ),
  text('ignored  not looked at', 'ignored  見張りません'),
];

/** The proposed policies as YAML, with the reason above each line; read by `loadPolicies`, pasted below a root. */
export function proposalYaml(seen: Inspection, language: Language): string {
  const head = [
    text(
      `${seen.platform.name} in ${untrusted(seen.dir)}`,
      `${untrusted(seen.dir)}（${seen.platform.name}）`,
    ),
    text(
      `The first line that matches a path counts. What none matches is sealed: ${seen.others} files now.`,
      `最初に一致した行が適用されます。どの行にも一致しないものは封印されます（現在 ${seen.others} ファイル）。`,
    ),
    ...KINDS.map(({ en, ja }) => text(`  ${en}`, `  ${ja}`)),
  ];
  const lines = seen.rules.flatMap(({ glob, policy, why, files }) => [
    `  # ${language === 'ja' ? `${files} ファイル。` : `${files} ${files === 1 ? 'file' : 'files'}. `}${why[language]}`,
    `  - { glob: ${JSON.stringify(glob)}, policy: ${policy} }`,
  ]);
  return `${[...head.map((one) => `# ${one[language]}`), 'policies:', ...lines].join('\n')}\n`;
}

const SHOWN = 20;

/** What a person should see to before sealing: one line each, long lists cut. */
export function remarks(seen: Inspection): readonly Text[] {
  const { above, webUser, writable, writableFiles, uploads, unusual, gaps } = seen;
  const user = webUser?.name ?? null;
  return [
    ...(above
      ? [
          text(
            `This is only a part of ${above.platform.name} in ${untrusted(above.dir)}: name that directory, or the code beside this one is not guarded.`,
            `ここは ${untrusted(above.dir)} にある ${above.platform.name} の一部です。隣にあるコードも見張れるよう、そのディレクトリーを指定してください。`,
          ),
        ]
      : []),
    text(`Files: ${countsOf(seen)}`, `ファイル数: ${countsOf(seen)}`),
    ...(uploads.length > 0 ? [text(`Uploads: ${some(uploads)}`, `アップロード先: ${some(uploads)}`)] : []),
    ...(user === null
      ? [
          text(
            'The web server’s user is not known here; name it with --web-user to see what it may write.',
            'Webサーバーのユーザーが分かりません。書き込める場所を調べるには --web-user で指定してください。',
          ),
        ]
      : []),
    ...(writable.length > 0 || writableFiles > 0
      ? [
          text(
            `${user ?? 'anybody'} may write among sealed code (existing files: ${writableFiles}; new ones in: ${some(writable)}). Whoever breaks into the shop can change it: give the code to another user.`,
            `${user ?? '誰でも'} が封印対象のコードに書き込めます（既存 ${writableFiles} ファイル、新規作成できる場所: ${some(writable)}）。侵入者にも書き換えられるため、所有者を別のユーザーにしてください。`,
          ),
        ]
      : []),
    ...unusual
      .slice(0, SHOWN)
      .map(({ path, why }) => text(`${untrusted(path)}: ${why.en}`, `${untrusted(path)}: ${why.ja}`)),
    ...(unusual.length > SHOWN
      ? [text(`and ${unusual.length - SHOWN} more like these`, `ほか ${unusual.length - SHOWN} 件`)]
      : []),
    ...gaps
      .slice(0, SHOWN)
      .map(({ path, detail }) =>
        text(
          `not seen: ${untrusted(path ?? '.')}: ${detail}`,
          `確認できません: ${untrusted(path ?? '.')}: ${detail}`,
        ),
      ),
  ];
}

/** Files under each policy, `sealed 8231, no-exec 1204, churn 33`. */
function countsOf({ rules, others }: Inspection): string {
  const counts = new Map<string, number>([['sealed', others]]);
  for (const { policy, files } of rules) counts.set(policy, (counts.get(policy) ?? 0) + files);
  return [...counts].map(([policy, files]) => `${policy} ${files}`).join(', ');
}

const some = (paths: readonly string[]): string => {
  const names = paths.slice(0, 5).map((path) => untrusted(path));
  return names.join(', ') + (paths.length > 5 ? ` (+${paths.length - 5})` : '') || '-';
};

/** Says how a drill goes and remembers what failed: a drill that failed anywhere exits non-zero. */
export interface Voice {
  readonly failures: readonly string[];
  scene(en: string, ja: string): void;
  line(text: string): void;
  /** States an expectation and whether it held. */
  expect(held: boolean, en: string, ja: string): void;
}

export function openVoice(language: 'en' | 'ja', quiet: boolean): Voice {
  const failures: string[] = [];
  const write = (text: string) => {
    if (!quiet) process.stdout.write(`${text}\n`);
  };
  return {
    failures,
    scene: (en, ja) => write(`\n${language === 'ja' ? ja : en}`),
    line: write,
    expect: (held, en, ja) => {
      const text = language === 'ja' ? ja : en;
      write(`  ${held ? '✓' : '✗'} ${text}`);
      if (!held) failures.push(text);
    },
  };
}

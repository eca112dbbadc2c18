import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'font-loader',
  why: 'Fonts in slices by Unicode range: which slices are loaded depends on the words on the page.',
  base: 'direct',
  install: (site) => {
    for (const n of [0, 1, 2]) site.serve(`cdn/noto/${n}.woff2`, { status: 404 });
    site.serve(
      'cdn/noto.css',
      ['U+3040-309F', 'U+30A0-30FF', 'U+4E00-9FFF']
        .map((range, n) => `@font-face{font-family:NotoW;src:url(/noto/${n}.woff2);unicode-range:${range}}`)
        .join('\n'),
    );
    site.markup(
      `<link rel="stylesheet" href="${site.origins.cdn}/noto.css"><style>h1,legend{font-family:NotoW,sans-serif}</style>`,
    );
    site.append(
      js`document.fonts.ready.then(function () { document.documentElement.classList.add('fonts'); });`,
    );
  },
  proof: (arrived) => at(arrived, 'cdn').some(({ url }) => url.pathname.startsWith('/noto/')),
});

// The shop's pictures, drawn here: flat shapes on a soft ground, one palette.
import { raw } from './_html.js';

const ink = '#3c3a33';
const svg = (ground, shapes) =>
  raw(
    `<svg viewBox="0 0 400 300" role="img" aria-hidden="true" preserveAspectRatio="xMidYMid slice"><rect width="400" height="300" fill="${ground}"/><ellipse cx="200" cy="252" rx="150" ry="15" fill="#3c3a33" opacity=".08"/>${shapes}</svg>`,
  );
const leafShape = (x, y, size, turn, fill) =>
  `<path transform="translate(${x} ${y}) rotate(${turn}) scale(${size})" d="M0 0C-18-14-18-40 0-60 18-40 18-14 0 0Z" fill="${fill}"/><path transform="translate(${x} ${y}) rotate(${turn}) scale(${size})" d="M0-2V-50" stroke="#fff" stroke-opacity=".35" stroke-width="2"/>`;
const tomato = (x, y, r, hue = '#c8482f') =>
  `<circle cx="${x}" cy="${y}" r="${r}" fill="${hue}"/><ellipse cx="${x - r * 0.35}" cy="${y - r * 0.35}" rx="${r * 0.22}" ry="${r * 0.14}" fill="#fff" opacity=".45" transform="rotate(-30 ${x - r * 0.35} ${y - r * 0.35})"/><path d="M${x} ${y - r * 0.8}l${-r * 0.5}-${r * 0.12} ${r * 0.34} ${r * 0.22}${-r * 0.1} ${r * 0.34} ${r * 0.26}-${r * 0.26} ${r * 0.3} ${r * 0.26}${-r * 0.08}-${r * 0.36} ${r * 0.34}-${r * 0.2}Z" fill="#5b7b41"/>`;
const carrot = (x, y, turn, size = 1) =>
  `<g transform="translate(${x} ${y}) rotate(${turn}) scale(${size})">${leafShape(-9, -62, 0.8, -26, '#6f8f4f')}${leafShape(9, -62, 0.8, 26, '#6f8f4f')}${leafShape(0, -64, 1, 0, '#557a3d')}<path d="M-24-56C-24-70 24-70 24-56 24-20 8 60 0 74-8 60-24-20-24-56Z" fill="#e0813a"/><path d="M-20-34h16M6-12h12M-12 10H0M2 32h6" stroke="#b8601f" stroke-width="3" stroke-linecap="round"/></g>`;
const grain =
  '<g stroke="#a9713c" stroke-opacity=".55" stroke-width="2.5" fill="none" stroke-linecap="round">';
const band = (x, y, width, text) =>
  `<rect x="${x}" y="${y}" width="${width}" height="34" rx="3" fill="#fffaf0"/><text x="${x + width / 2}" y="${y + 24}" font-size="19" text-anchor="middle" fill="${ink}" font-family="'Noto Serif CJK JP','Hiragino Mincho ProN',serif">${text}</text>`;

const pictures = {
  'seasonal-box': () =>
    svg(
      '#eef0de',
      `${leafShape(110, 178, 1.7, -30, '#6f8f4f')}${leafShape(142, 172, 2, -6, '#557a3d')}${leafShape(176, 176, 1.6, 20, '#87a765')}${carrot(232, 150, 12, 0.95)}${carrot(270, 160, 26, 0.85)}<path d="M286 170c0-46 46-46 46 0v20h-46Z" fill="#f3efe0"/><path d="M292 150c4-30 30-30 34 0" stroke="#87a765" stroke-width="8" fill="none"/>${tomato(206, 172, 24)}<path d="M72 172h256l-18 78H90Z" fill="#c99b62"/><path d="M72 172h256l-5 22H77Z" fill="#b5854b"/><path d="M82 214h236M87 234h226" stroke="#a9763f" stroke-width="3"/>${band(152, 202, 96, 'こもれび')}`,
    ),
  'mini-tomatoes': () =>
    svg(
      '#f6e6d8',
      `<path d="M60 96c70-40 190-40 270 6" stroke="#5b7b41" stroke-width="8" fill="none" stroke-linecap="round"/><g stroke="#5b7b41" stroke-width="5">${[
        [110, 84, 112, 116],
        [168, 72, 166, 110],
        [228, 72, 232, 112],
        [286, 86, 284, 122],
      ]
        .map(([a, b, c, d]) => `<path d="M${a} ${b}L${c} ${d}"/>`)
        .join(
          '',
        )}</g>${tomato(112, 148, 38)}${tomato(172, 140, 36, '#d65a36')}${tomato(236, 146, 40)}${tomato(294, 152, 34, '#d65a36')}${tomato(150, 206, 38, '#d65a36')}${tomato(216, 212, 38)}${tomato(272, 208, 34)}`,
    ),
  'snow-carrots': () =>
    svg(
      '#e4ebee',
      `<g fill="#fff">${[
        [60, 60],
        [110, 36],
        [330, 50],
        [290, 90],
        [180, 40],
        [360, 120],
        [40, 130],
      ]
        .map(([x, y]) => `<circle cx="${x}" cy="${y}" r="6"/>`)
        .join(
          '',
        )}</g>${carrot(140, 160, -16, 1.15)}${carrot(204, 158, 2, 1.3)}${carrot(268, 162, 18, 1.1)}<path d="M30 236c40-30 80 0 120-14s70-20 110 0 80-12 110 6v40H30Z" fill="#fff" opacity=".92"/>`,
    ),
  'free-range-eggs': () =>
    svg(
      '#f4ecd6',
      `<path d="M84 196c20 66 212 66 232 0Z" fill="#a98049"/>${grain}<path d="M94 210c70 22 142 22 212 0M108 228c60 18 124 18 184 0"/></g><g stroke="#c9a45c" stroke-width="4" stroke-linecap="round">${Array.from({ length: 16 }, (_, i) => `<path d="M${78 + i * 16} ${204 - (i % 3) * 5}l${i % 2 ? 14 : -12} -22"/>`).join('')}</g>${[
        [140, 172, '#e9cfa9'],
        [200, 166, '#f2e2c6'],
        [260, 172, '#dfbf95'],
        [170, 140, '#f2e2c6'],
        [230, 140, '#e9cfa9'],
      ]
        .map(
          ([x, y, fill]) =>
            `<path d="M${x} ${y - 44}c22 0 34 30 34 48s-15 32-34 32-34-14-34-32 12-48 34-48Z" fill="${fill}"/><ellipse cx="${x - 11}" cy="${y - 14}" rx="6" ry="11" fill="#fff" opacity=".5"/>`,
        )
        .join(
          '',
        )}<path d="M84 196c40 14 192 14 232 0" stroke="#8b6536" stroke-width="9" fill="none" stroke-linecap="round"/>`,
    ),
  'terrace-rice': () =>
    svg(
      '#eeead6',
      `<path d="M126 92c-14 50-20 110-6 158h160c14-48 8-108-6-158Z" fill="#e8d9b5"/><path d="M126 92c46 16 102 16 148 0l-10-34c-40 12-88 12-128 0Z" fill="#d9c596"/><path d="M128 90c46 14 98 14 144 0" stroke="#a63f2e" stroke-width="7" fill="none"/><rect x="158" y="126" width="84" height="100" rx="4" fill="#fffaf0"/><text x="200" y="172" font-size="34" text-anchor="middle" fill="${ink}" font-family="'Noto Serif CJK JP',serif">つや</text><text x="200" y="210" font-size="30" text-anchor="middle" fill="#a63f2e" font-family="'Noto Serif CJK JP',serif">米</text><g fill="none" stroke="#b08d3e" stroke-width="4" stroke-linecap="round"><path d="M316 250c6-70-4-120-34-160"/><path d="M330 250c0-60 0-110 14-150"/></g>${[
        [292, 108, -40],
        [300, 128, 30],
        [308, 146, -40],
        [314, 168, 30],
        [340, 116, -26],
        [344, 140, 30],
        [334, 160, -30],
      ]
        .map(
          ([x, y, turn]) =>
            `<ellipse cx="${x}" cy="${y}" rx="6" ry="13" fill="#d4a94a" transform="rotate(${turn} ${x} ${y})"/>`,
        )
        .join('')}`,
    ),
  'vat-miso': () =>
    svg(
      '#f1e2cf',
      `<path d="M112 110h176l-14 140H126Z" fill="#a9713c"/>${grain}<path d="M140 112l6 136M170 112l3 136M200 112v136M230 112l-3 136M260 112l-6 136"/></g><path d="M116 142h168M122 222h156" stroke="#5f4a2c" stroke-width="9"/><ellipse cx="200" cy="110" rx="88" ry="24" fill="#7b4a26"/><ellipse cx="200" cy="106" rx="78" ry="18" fill="#96602f"/><path d="M150 106c10-16 30-24 50-22s36 10 50 22c-20 14-80 14-100 0Z" fill="#b0763d"/><path d="M262 40 216 98" stroke="#d8b27c" stroke-width="11" stroke-linecap="round"/>${band(158, 164, 84, '三年')}`,
    ),
  'vat-soy-sauce': () =>
    svg(
      '#ebe4da',
      `<path d="M172 58h56v36c0 14 26 24 26 52v104H146V146c0-28 26-38 26-52Z" fill="#4a2a1c"/><path d="M160 150c0-20 22-30 24-50v-36h8v40c0 20-16 30-16 48v90h-16Z" fill="#fff" opacity=".16"/><rect x="168" y="38" width="64" height="26" rx="5" fill="#a63f2e"/><rect x="146" y="150" width="108" height="74" fill="#fffaf0"/><text x="200" y="195" font-size="23" text-anchor="middle" fill="${ink}" font-family="'Noto Serif CJK JP',serif">しょうゆ</text><ellipse cx="316" cy="240" rx="46" ry="12" fill="#fff"/><ellipse cx="316" cy="237" rx="33" ry="7" fill="#4a2a1c"/>`,
    ),
  'native-sencha': () =>
    svg(
      '#e2ead5',
      `<path d="M40 210c50-40 90-30 130-10s90 20 190-30v90H40Z" fill="#c7d8ab"/><path d="M122 130h104l-10 96c-2 16-82 16-84 0Z" fill="#f7f2e4"/><ellipse cx="174" cy="130" rx="52" ry="14" fill="#fff"/><ellipse cx="174" cy="131" rx="43" ry="10" fill="#a9b94e"/><path d="M126 168h94l-1 12h-92Z" fill="#6a8fa0" opacity=".55"/><g fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".9"><path d="M156 106c-10-14 10-20 0-36M188 106c-10-14 10-20 0-36"/></g>${leafShape(286, 236, 1.5, -34, '#557a3d')}${leafShape(290, 236, 1.9, 2, '#6f8f4f')}${leafShape(294, 236, 1.5, 38, '#557a3d')}`,
    ),
  'rice-bran-soap': () =>
    svg(
      '#f0e8e0',
      `<path d="m96 190 150-40 66 34-152 44Z" fill="#efe0bd"/><path d="m96 190 64 38v30l-64-38Z" fill="#d9c596"/><path d="m160 228 152-44v30l-152 44Z" fill="#e5d2a6"/><path d="m120 142 120-34 58 28-122 38Z" fill="#f6ecd2"/><path d="m120 142 56 32v26l-56-32Z" fill="#e0cea2"/><path d="m176 174 122-38v26l-122 38Z" fill="#ebdbb3"/><path d="m172 138 54-15 26 12-55 17Z" fill="#dcc891"/><g fill="#fff" opacity=".85"><circle cx="92" cy="112" r="20"/><circle cx="122" cy="84" r="12"/><circle cx="66" cy="86" r="9"/><circle cx="326" cy="126" r="16"/><circle cx="346" cy="98" r="8"/></g><g fill="none" stroke="#cbbf9d" stroke-width="2"><circle cx="92" cy="112" r="20"/><circle cx="122" cy="84" r="12"/><circle cx="326" cy="126" r="16"/></g>`,
    ),
  'cotton-wrap': () =>
    svg(
      '#e9e4da',
      `<path d="M70 226c0-60 40-96 130-96s130 36 130 96c0 30-260 30-260 0Z" fill="#f8f3e7"/><path d="M70 226c40-26 80-60 130-60s90 34 130 60" fill="none" stroke="#e0d6bf" stroke-width="4"/><path d="M100 186c40 4 60-40 100-40s60 44 100 40" fill="none" stroke="#e0d6bf" stroke-width="4"/><path d="M60 236c60 24 220 24 280 0" stroke="#e5dcc8" stroke-width="14" fill="none" stroke-linecap="round"/><circle cx="200" cy="104" r="6" fill="#8b6536"/><g fill="#fffdf6" stroke="#e6dcc6" stroke-width="2"><circle cx="182" cy="92" r="19"/><circle cx="218" cy="92" r="19"/><circle cx="200" cy="74" r="19"/><circle cx="200" cy="94" r="15"/></g><path d="M200 112v26" stroke="#8b6536" stroke-width="5"/>${leafShape(200, 136, 0.8, -62, '#87a765')}${leafShape(200, 136, 0.8, 62, '#87a765')}`,
    ),
  'cypress-rattle': () =>
    svg(
      '#f3e9dc',
      `<g transform="rotate(34 200 150)"><rect x="186" y="130" width="28" height="120" rx="14" fill="#dcb37a"/><circle cx="200" cy="92" r="58" fill="#e6c592"/><circle cx="200" cy="92" r="32" fill="#f3e9dc"/>${grain}<path d="M152 74c10-22 30-34 48-34M162 130c20 16 50 18 70 4M194 160v70M206 158v76"/></g><circle cx="174" cy="46" r="10" fill="#c0653f"/><circle cx="200" cy="38" r="10" fill="#7d9a5b"/><circle cx="226" cy="46" r="10" fill="#e0a53f"/></g><g fill="none" stroke="#c9a97c" stroke-width="4" stroke-linecap="round"><path d="M322 66c10 8 14 20 12 32M340 50c16 14 22 34 18 54"/></g>`,
    ),
  'cherry-blocks': () =>
    svg(
      '#efe6dd',
      `<rect x="84" y="186" width="66" height="66" fill="#b9774e"/><rect x="154" y="186" width="66" height="66" fill="#d19a6c"/><rect x="224" y="186" width="92" height="66" fill="#a7653f"/><path d="M246 252v-22a24 24 0 0 1 48 0v22Z" fill="#efe6dd"/><rect x="116" y="122" width="62" height="62" fill="#dcae83"/><rect x="184" y="150" width="112" height="34" fill="#c48a5e"/><path d="m147 66 38 54h-76Z" fill="#a7653f"/><circle cx="240" cy="120" r="29" fill="#d19a6c"/>${grain}<path d="M92 204c20 8 36-6 52 4M92 228c20 8 36-6 52 4M162 206c16-8 34 6 50-2M162 232c16-8 34 6 50-2M124 142c14 8 30-6 46 2M124 162c14 8 30-6 46 2M194 168c30-8 60 8 92-2M224 112c10-8 22-4 32 2M226 128c10-4 20 2 28-2M234 204c10-6 20 2 34-2"/></g>`,
    ),
};

export const art = (slug) =>
  Object.hasOwn(pictures, slug) ? pictures[slug]() : svg('#eef0de', leafShape(200, 230, 2.6, 0, '#6f8f4f'));

/** The front page's picture: light through leaves over terraced fields. */
export const heroArt = () =>
  raw(`<svg viewBox="0 0 640 520" aria-hidden="true" preserveAspectRatio="xMidYMid slice">
<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fbe9c3"/><stop offset="1" stop-color="#f6f1de"/></linearGradient></defs>
<rect width="640" height="520" fill="url(#sky)"/><circle cx="458" cy="142" r="66" fill="#f3c264"/><circle cx="458" cy="142" r="100" fill="#f3c264" opacity=".22"/>
<path d="M0 300c90-80 170-90 260-30s180 40 380-60v310H0Z" fill="#b9c99a"/><path d="M0 350c120-60 230-50 330-10s200 20 310-40v220H0Z" fill="#93ad70"/>
<g fill="none" stroke="#dfe6c4" stroke-width="5" opacity=".85"><path d="M0 400c130-46 240-40 340-10s190 12 300-34"/><path d="M0 440c140-40 250-30 350-6s180 8 290-28"/><path d="M0 482c150-32 260-22 360-4s170 4 280-20"/></g>
<g transform="translate(420 306)"><path d="M-46 22h92v44h-92Z" fill="#f7efdc"/><path d="M-62 24 0-20l62 44Z" fill="#8a5a3c"/><rect x="-12" y="34" width="24" height="32" fill="#6b4a32"/></g>
${Array.from({ length: 46 }, (_, i) => leafShape(((i * 89) % 660) - 10, -14 + ((i * 53) % 96), 0.9 + (i % 4) * 0.22, 130 + ((i * 41) % 110), ['#4d6b3c', '#6f8f4f', '#87a765', '#557a3d'][i % 4])).join('')}
<g fill="#f7d98f" opacity=".75">${Array.from({ length: 22 }, (_, i) => `<circle cx="${(i * 131) % 640}" cy="${30 + ((i * 71) % 190)}" r="${3 + (i % 5) * 2}"/>`).join('')}</g>
<g transform="translate(236 386)"><path d="M0 60h150l-12 44H12Z" fill="#b5854b"/><path d="M0 60h150l-3 12H3Z" fill="#99703c"/>${carrot(46, 36, -14, 0.6)}${carrot(80, 34, 6, 0.62)}${tomato(112, 50, 20)}${leafShape(24, 62, 1, -26, '#557a3d')}${leafShape(134, 62, 1, 24, '#557a3d')}</g></svg>`);

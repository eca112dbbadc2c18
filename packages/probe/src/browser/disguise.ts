import type { Persona } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';

/** The outer window of a desktop visitor; the viewport of the persona is smaller by a plausible browser frame. */
export const DESKTOP_WINDOW = { width: 1382, height: 876 } as const;

const agentOf = (system: string, version: string, mobile: boolean): string =>
  // Chrome froze minor version and system in the user agent (User-Agent Reduction); anything finer would stand out.
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version.split('.')[0] || '140'}.0.0.0${mobile ? ' Mobile' : ''} Safari/537.36`;

const WINDOWS = 'Windows NT 10.0; Win64; x64';

export const DESKTOP_AGENT = (version: string): string => agentOf(WINDOWS, version, false);

/**
 * What a shopper's browser says of itself: an ordinary Chrome of the version that really runs, on the systems most
 * Japanese shoppers use. Headers, `navigator` and client hints agree, in workers too.
 */
export function disguise(persona: Persona, product: string): Protocol.Emulation.SetUserAgentOverrideRequest {
  const full = /\/([\d.]+)/.exec(product)?.[1] ?? '140.0.0.0';
  const major = full.split('.')[0] ?? '140';
  const mobile = persona.device === 'mobile';
  const system = mobile ? 'Linux; Android 10; K' : WINDOWS;
  const brands = (version: string) => [
    { brand: 'Chromium', version },
    { brand: 'Google Chrome', version },
    { brand: 'Not)A;Brand', version: version === major ? '24' : '24.0.0.0' },
  ];
  return {
    userAgent: agentOf(system, full, mobile),
    acceptLanguage: persona.languages.join(','),
    platform: mobile ? 'Linux armv81' : 'Win32',
    userAgentMetadata: {
      brands: brands(major),
      fullVersionList: brands(full),
      fullVersion: full,
      platform: mobile ? 'Android' : 'Windows',
      platformVersion: mobile ? '14.0.0' : '15.0.0',
      architecture: mobile ? '' : 'x86',
      model: mobile ? 'Pixel 8' : '',
      mobile,
      bitness: mobile ? '' : '64',
      wow64: false,
    },
  };
}

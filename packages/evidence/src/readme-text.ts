/** The first thing a stranger reads in a bundle. Constant, so that the same range gives the same bytes. */
export const README_TEXT = `KOMAINU EVIDENCE BUNDLE

This is a part, or the whole, of a shop's evidence ledger: what was seen and done, in the order it was recorded, and the
recordings it refers to. Any change to any byte, made after the fact, can be found out.

How to verify everything
  1. Get the ledger's public key from somebody you trust, not from this bundle: one line such as
     shop.example/ledger+1a2b3c4d+AZ...
  2. komainu evidence verify <this bundle> --key <file with that line>
     Works offline. Prints what is wrong, file by file, or that all of it holds.

How to check the files without Komainu (finds damage, but not a forger who also replaced the sums)
     tar xf <this bundle>
     sha256sum -c SHA256SUMS

What is in it
  INDEX        every file with its SHA-256 and size, signed (C2SP signed note, Ed25519)
  checkpoint   the ledger's size and Merkle tree root, signed (C2SP tlog-checkpoint)
  tile/        hashes and entries as C2SP tlog-tiles: RFC 6962 Merkle tree, SHA-256
  entries/     entries where the bundle's range begins or ends within a tile; each after its length in two bytes
  blobs/       recordings and other bodies, each named after its SHA-256

日本語
これはショップの証拠台帳の全部または一部です。記録後に 1 バイトでも変更されていれば、検証で見つかります。
  1. 台帳の公開鍵（1 行）を、この束からではなく、信頼できる相手から受け取ってください。
  2. komainu evidence verify <この束> --key <公開鍵のファイル>　（オフラインで動きます）
Komainu がない場合は、展開して sha256sum -c SHA256SUMS を実行すると破損を確認できます（署名の確認はできません）。
`;

/** The shop's fictional goods: people, places and marks are invented. Prices in yen, tax included. */
export type Words = { readonly ja: string; readonly en: string };
export type Maker = { readonly name: Words; readonly origin: Words; readonly story: Words };
export type Goods = {
  readonly slug: string;
  readonly sku: string;
  readonly name: Words;
  readonly unit: Words;
  readonly text: Words;
  readonly price: number;
  readonly tax: 'reduced' | 'standard';
  readonly category: 'vegetables' | 'pantry' | 'life' | 'kids';
  readonly marks: readonly string[];
  readonly maker: keyof typeof makers;
  readonly stock: number;
};

export const categories = {
  vegetables: { ja: '野菜・たまご', en: 'Vegetables & eggs' },
  pantry: { ja: 'お米・調味料・お茶', en: 'Rice, seasonings & tea' },
  life: { ja: '暮らしの道具', en: 'For the home' },
  kids: { ja: '赤ちゃん・木のおもちゃ', en: 'Babies & wooden toys' },
} as const satisfies Record<Goods['category'], Words>;

export const makers = {
  hoshino: {
    name: { ja: 'ほしの農園', en: 'Hoshino Farm' },
    origin: { ja: '木ノ実郡 風見村', en: 'Kazami village, Konomi' },
    story: {
      ja: '標高六百メートルの段々畑で、落ち葉と米ぬかの堆肥だけで土をつくって二十二年。朝の四時に摘んだ野菜を、その日のうちに箱に詰めます。「虫が食べた葉は、おいしい葉です」と星野さん。',
      en: 'Twenty-two years on terraces six hundred metres up, feeding the soil with nothing but leaf litter and rice bran. What is picked at four in the morning is boxed the same day. “A leaf the insects liked is a good leaf,” says Mr Hoshino.',
    },
  },
  tanada: {
    name: { ja: '月見棚田の会', en: 'Tsukimi Terraces' },
    origin: { ja: '水沼町 月見', en: 'Tsukimi, Minuma' },
    story: {
      ja: '七軒の農家が、百二十枚の小さな田んぼを分け合って守っています。機械の入らない田は手で植え、はざ掛けで二週間、秋の陽に干します。',
      en: 'Seven families share and look after one hundred and twenty small paddies. Where no machine fits they plant by hand, then dry the sheaves on racks in the autumn sun for two weeks.',
    },
  },
  kura: {
    name: { ja: '九重の蔵 いとう', en: 'Ito Brewery, Kokonoe' },
    origin: { ja: '潮見市 九重', en: 'Kokonoe, Shiomi' },
    story: {
      ja: '曾祖父の代から使う杉の木桶が十四本。温度を足さず、四季のめぐりだけで醸します。蔵に入るとまず、桶に「おはよう」と声をかけるのが決まりです。',
      en: 'Fourteen cedar vats, in use since great-grandfather’s day. No heating: the seasons do the brewing. The first rule on entering is to wish the vats good morning.',
    },
  },
  chaen: {
    name: { ja: '霧坂茶園', en: 'Kirisaka Tea Garden' },
    origin: { ja: '朝霧郡 霧坂', en: 'Kirisaka, Asagiri' },
    story: {
      ja: '川霧のたつ斜面で、在来種の茶の木を実生から育てています。農薬も化学肥料も使わず、草を刈っては畝に敷く。十年かけて、香りが戻ってきました。',
      en: 'Native tea bushes grown from seed on a slope where river mist rises. No sprays, no synthetic fertiliser; mown grass goes back between the rows. It took ten years for the aroma to return.',
    },
  },
  sekken: {
    name: { ja: 'あわの工房 しらかば', en: 'Shirakaba Soap Works' },
    origin: { ja: '白樺町 南通り', en: 'Shirakaba' },
    story: {
      ja: '夫婦ふたりの小さな釜炊き工房。棚田の米ぬか油を分けてもらい、四十五日かけて寝かせます。子どもの肌荒れをきっかけに始めて、十三年になります。',
      en: 'A couple, one kettle, and bran oil from the rice terraces, cured for forty-five days. It began thirteen years ago with their child’s sensitive skin.',
    },
  },
  ki: {
    name: { ja: '木あそび こだま舎', en: 'Kodama Woodworks' },
    origin: { ja: '杣川村', en: 'Somagawa village' },
    story: {
      ja: '間伐した山ざくらとひのきを、赤ちゃんの口に入っても安心なように、塗らず、磨いて仕上げます。角は親指の腹で三度たしかめてから送り出します。',
      en: 'Thinned wild cherry and cypress, never painted, only polished, so that it is safe in a baby’s mouth. Every corner is checked three times with the ball of a thumb before it leaves.',
    },
  },
} as const satisfies Record<string, Maker>;

const goods = (
  slug: string,
  sku: string,
  maker: Goods['maker'],
  category: Goods['category'],
  price: number,
  marks: readonly string[],
  name: Words,
  unit: Words,
  text: Words,
): Goods => ({
  slug,
  sku,
  maker,
  category,
  price,
  marks,
  name,
  unit,
  text,
  tax: category === 'vegetables' || category === 'pantry' ? 'reduced' : 'standard',
  stock: 100_000,
});
const w = (ja: string, en: string): Words => ({ ja, en });

export const catalogue: readonly Goods[] = [
  goods(
    'seasonal-box',
    'KM-101',
    'hoshino',
    'vegetables',
    3280,
    ['organic', 'nospray'],
    w('季節の野菜セット', 'Seasonal vegetable box'),
    w('8〜9品・2〜3人分', '8–9 kinds, for 2–3'),
    w(
      'その朝いちばん元気な野菜を、農園が選んで箱に詰めます。葉もの、根もの、実もの、それから香りのものをひとつ。料理の手紙を添えて。',
      'The farm picks whatever looks liveliest that morning: leaves, roots, fruits, and always one fragrant thing, with a letter on how to cook them.',
    ),
  ),
  goods(
    'mini-tomatoes',
    'KM-102',
    'hoshino',
    'vegetables',
    580,
    ['nospray'],
    w('完熟ミニトマト', 'Vine-ripened mini tomatoes'),
    w('300g', '300 g'),
    w(
      '枝で真っ赤になるまで待ってから摘みます。皮がぱつんと弾けて、だしのような旨みがひろがります。',
      'Left on the vine until properly red. The skin snaps, and then there is that broth-like savour.',
    ),
  ),
  goods(
    'snow-carrots',
    'KM-103',
    'hoshino',
    'vegetables',
    720,
    ['organic', 'nospray'],
    w('雪下にんじん', 'Snow-kept carrots'),
    w('1kg・泥つき', '1 kg, unwashed'),
    w(
      '雪の下で冬を越し、自分を凍らせまいと甘くなったにんじん。皮ごと蒸すだけで、お菓子のようです。',
      'Wintered under snow, sweetened so as not to freeze. Steam them whole and they are nearly dessert.',
    ),
  ),
  goods(
    'free-range-eggs',
    'KM-104',
    'tanada',
    'vegetables',
    780,
    ['freerange'],
    w('平飼いたまご', 'Free-range eggs'),
    w('10個', '10 eggs'),
    w(
      '田んぼのあぜを歩く鶏たちの卵。えさは自分たちの米とおから。黄身はレモン色です。',
      'From hens that walk the paddy banks and eat the village’s own rice and okara. Lemon-yellow yolks.',
    ),
  ),
  goods(
    'terrace-rice',
    'KM-201',
    'tanada',
    'pantry',
    4680,
    ['organic', 'nospray'],
    w('棚田のつや米', 'Rice from the terraces'),
    w('白米 5kg', 'White, 5 kg'),
    w(
      '山の湧き水だけで育つ、粒の小さなお米。冷めてからがおいしいので、おにぎりにぜひ。',
      'Small grains raised on spring water alone. Best once it has cooled: make rice balls.',
    ),
  ),
  goods(
    'vat-miso',
    'KM-202',
    'kura',
    'pantry',
    1280,
    ['additivefree', 'organic'],
    w('木桶三年みそ', 'Three-year vat miso'),
    w('750g', '750 g'),
    w(
      '国産の大豆と米こうじ、天日の塩。三度の夏を越した深い色と、あとに残る甘み。加熱していない生みそです。',
      'Soybeans, rice koji, sun-dried salt and three summers. Deep colour, a sweetness that stays. Unpasteurised.',
    ),
  ),
  goods(
    'vat-soy-sauce',
    'KM-203',
    'kura',
    'pantry',
    1080,
    ['additivefree'],
    w('木桶しょうゆ', 'Vat-aged soy sauce'),
    w('500ml', '500 ml'),
    w(
      '二年のあいだ、ただ待つしょうゆ。刺身にも、焼きたての餅にも、ひとしずくで足ります。',
      'Two years of simply waiting. One drop is enough, on sashimi or on toasted rice cake.',
    ),
  ),
  goods(
    'native-sencha',
    'KM-204',
    'chaen',
    'pantry',
    1180,
    ['organic', 'nospray'],
    w('在来の煎茶', 'Native-bush sencha'),
    w('80g', '80 g'),
    w(
      '山の香りがそのまま湯のみに立つ、昔ながらの煎茶。三煎目まで楽しめます。',
      'An old-fashioned sencha with the mountain still in it. Good for three infusions.',
    ),
  ),
  goods(
    'rice-bran-soap',
    'KM-301',
    'sekken',
    'life',
    660,
    ['additivefree'],
    w('米ぬかせっけん', 'Rice-bran soap'),
    w('100g', '100 g'),
    w(
      '釜で炊いて、ゆっくり寝かせた洗顔・からだ用せっけん。香料も着色料も使いません。',
      'Kettle-cooked and slowly cured, for face and body. No fragrance, no colour.',
    ),
  ),
  goods(
    'cotton-wrap',
    'KM-401',
    'sekken',
    'kids',
    5940,
    ['organic'],
    w('生成りのおくるみ', 'Undyed cotton wrap'),
    w('90×90cm', '90 × 90 cm'),
    w(
      '有機綿のガーゼを六重に。洗うたびにふっくらして、夏は風を、冬はぬくもりを抱きます。',
      'Six layers of organic gauze that plump up with each wash: airy in summer, warm in winter.',
    ),
  ),
  goods(
    'cypress-rattle',
    'KM-402',
    'ki',
    'kids',
    3960,
    ['wood'],
    w('ひのきのがらがら', 'Cypress rattle'),
    w('0か月から', 'From birth'),
    w(
      '振ると、雨だれのような小さな音。にぎりやすい太さは、赤ちゃん二十人に選んでもらいました。',
      'A small sound, like rain from the eaves. Twenty babies chose the thickness of the handle.',
    ),
  ),
  goods(
    'cherry-blocks',
    'KM-403',
    'ki',
    'kids',
    8800,
    ['wood'],
    w('山ざくらのつみき', 'Wild-cherry blocks'),
    w('24ピース・箱入り', '24 pieces, boxed'),
    w(
      'ひとつずつ木目のちがう二十四のかたち。年月とともに飴色になり、次の子へ手渡せます。',
      'Twenty-four shapes, no two grains alike. They turn amber with the years and go on to the next child.',
    ),
  ),
];

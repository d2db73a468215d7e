"""What invented people are made of. Everything here was written for this purpose."""

from __future__ import annotations

from typing import Final


def _of(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(";"))


WOMEN: Final = _of(
    """Amara; Beatrix; Carmen; Delphine; Edda; Farida; Greta; Hanneke; Imogen; Jolene; Katya; Leonie; Mireille; Nadia;
    Odile; Priya; Ramona; Saskia; Tamsin; Ursula; Vera; Wilma; Yasmin; Zosia; Alma; Birgit; Chiara; Dagny; Elif; Freya;
    Gemma; Heidi; Ines; Juno; Kiran; Lotte; Maeve; Noor; Ottilie; Petra; Rosalind; Signe; Thandi; Una; Valentina; Wren;
    Xenia; Yuki; Zelda; Anouk; Brenda; Cleo; Dolores; Esther; Fiona; Gwen; Harriet; Ilse; Joyce; Kirsten; Linda; Monica;
    Nancy; Olga; Paula; Rita; Sally; Tina; Vivian; Wendy"""
)
MEN: Final = _of(
    """Anton; Bastian; Casimir; Dmitri; Emeka; Florian; Gustav; Hamish; Idris; Jonas; Kofi; Lorenz; Mateo; Nils; Otto;
    Pavel; Quentin; Ruben; Stellan; Tobias; Umar; Viktor; Wendell; Yannick; Zoran; Alasdair; Bruno; Conrad; Dario; Eamon;
    Felipe; Gareth; Hector; Ismael; Joaquin; Kenji; Ludo; Milan; Nikhil; Oscar; Piotr; Rashid; Silas; Tariq; Uwe; Vincent;
    Wim; Xavier; Yusuf; Zeke; Arthur; Barry; Clive; Derek; Edwin; Frank; Graham; Henry; Ivan; Jeff; Karl; Leon; Martin;
    Norman; Patrick; Ralph; Steve; Trevor; Victor; Walter"""
)
SURNAMES: Final = _of(
    """Abernathy; Bakker; Castellano; Dragan; Eriksen; Fontaine; Grunwald; Hollis; Ibarra; Jansson; Kowal; Lindqvist;
    Moreau; Novak; Okafor; Pellegrino; Quimby; Rostov; Sandoval; Thackeray; Ueda; Vasquez; Whitlock; Yilmaz; Zeller;
    Ashdown; Brandt; Corrigan; Duarte; Falk"""
)
CITIES: Final = _of(
    """Aarhus; Bergen; Bologna; Bonn; Bristol; Calgary; Cardiff; Cork; Dakar; Denver; Dresden; Dundee; Durban; Faro;
    Fukuoka; Galway; Geneva; Ghent; Girona; Graz; Halifax; Hanoi; Izmir; Kaunas; Krakow; Kyoto; Leeds; Leipzig; Lille;
    Linz; Ljubljana; Lucerne; Lyon; Malmo; Mombasa; Montevideo; Nantes; Naples; Odense; Oslo; Ottawa; Palermo; Perth;
    Porto; Quito; Riga; Rotterdam; Salzburg; Seville; Split; Tampere; Tartu; Toulouse; Trieste; Turin; Utrecht; Valencia;
    Vilnius; Wellington; York; Zagreb; Zurich; Boston; Chicago; Seattle; Portland; Austin; Atlanta; Phoenix; Miami"""
)
COUNTRIES: Final = _of(
    """Albania; Argentina; Austria; Bolivia; Canada; Chile; Croatia; Cuba; Denmark; Egypt; Estonia; Finland; Ghana;
    Greece; Iceland; India; Ireland; Italy; Japan; Kenya; Latvia; Malta; Mexico; Morocco; Nepal; Norway; Peru; Poland;
    Portugal; Romania; Scotland; Senegal; Slovenia; Spain; Sweden; Tunisia; Turkey; Uganda; Vietnam; Wales"""
)
JOBS: Final = _of(
    """archivist; baker; beekeeper; bookbinder; bus driver; carpenter; chemist; choir leader; dental nurse; dentist;
    electrician; firefighter; florist; furniture maker; geologist; graphic designer; hospital cleaner; interpreter;
    judge; kindergarten teacher; lab technician; lawyer; librarian; locksmith; midwife; museum guide; nurse; optician;
    paramedic; pharmacist; physiotherapist; piano tuner; plumber; police officer; radio host; roofer; school cook;
    social worker; software tester; surveyor; tailor; tax adviser; tram driver; translator; vet; waiter; welder;
    wind turbine engineer; yoga teacher; zookeeper; data analyst; flight attendant; real estate agent; history teacher;
    sound engineer; accountant"""
)
EMPLOYERS: Final = _of(
    """Alder & Finch; Blue Heron Bakery; Brightwater Clinic; Copperfield Press; Delta Freight; Elmhurst School; Fenwick
    Motors; Granite Bank; Harbour Light Hospital; Ironwood Studios; Juniper Software; Kestrel Airlines; Larkspur Garden
    Centre; Meridian Labs; Northgate Library; Oakridge College; Pinecrest Hotel; Quarry Lane Theatre; Redbrick
    Architects; Silverline Rail; Tidewater Insurance; Umber Textiles; Vantage Robotics; Westbrook Dairy; Yarrow
    Pharmacy; Zephyr Energy; the city council; the post office; the water works; the county museum"""
)
FIELDS: Final = _of(
    """archaeology; astronomy; biochemistry; civil engineering; computer science; counselling; dance; economics;
    fashion design; film studies; forestry; geography; history of art; journalism; law; linguistics; marine biology;
    mathematics; medicine; music theory; nursing; philosophy; physics; psychology; social work; statistics; theology;
    urban planning; veterinary science; education"""
)
DISHES: Final = _of(
    """aubergine stew; beef goulash; black bean soup; butternut risotto; chicken curry; chickpea salad; cinnamon buns;
    courgette fritters; dumplings; fish pie; garlic prawns; gnocchi; lamb tagine; lasagne; leek tart; lemon cake;
    lentil soup; mushroom ravioli; onion soup; pad thai; paella; pancakes; pea soup; pho; pierogi; plum crumble; potato
    gratin; pumpkin bread; ramen; rhubarb pie; roast duck; shakshuka; spinach quiche; stuffed peppers; sweet potato
    curry; tomato tart; vegetable lasagne; walnut brownies; banana pancakes; blueberry muffins"""
)
DRINKS: Final = _of(
    """apple juice; black coffee; black tea; cappuccino; chai; cocoa; cold brew; elderflower cordial; espresso; flat
    white; ginger beer; ginger tea; green tea; hibiscus tea; iced tea; kombucha; lemonade; mint tea; oat flat white;
    oat milk latte; orange juice; peppermint tea; rooibos; sparkling water; tomato juice; white tea; mango lassi"""
)
FOODS: Final = _of(
    """almonds; anchovies; apricots; artichokes; beetroot; blue cheese; brussels sprouts; celery; cherries; coriander;
    cucumbers; dark chocolate; dates; fennel; figs; goat cheese; grapefruit; hazelnuts; kiwis; liquorice; mangoes;
    mushrooms; mussels; olives; oysters; papaya; peanuts; pears; pistachios; radishes; raisins; sesame; shellfish;
    shrimp; strawberries; tofu; walnuts; watermelon"""
)
SPORTS: Final = _of(
    """archery; badminton; basketball; bouldering; boxing; canoeing; climbing; cricket; curling; cycling; fencing;
    figure skating; golf; handball; hockey; horse riding; ice skating; judo; karate; kayaking; orienteering; pilates;
    roller skating; rowing; rugby; running; sailing; skiing; snowboarding; squash; surfing; swimming; table tennis;
    tennis; trail running; volleyball; water polo; weightlifting; windsurfing; yoga"""
)
HOBBIES: Final = _of(
    """baking bread; beekeeping; bird watching; board games; bookbinding; calligraphy; candle making; chess; coin
    collecting; crochet; crossword puzzles; drawing comics; embroidery; fishing; gardening; geocaching; hiking; jewellery
    making; juggling; kite flying; knitting; leatherwork; model trains; mosaics; mushroom picking; origami; photography;
    pottery; quilting; restoring radios; scrapbooking; sewing; singing in a choir; stargazing; swing dancing; video
    games; watercolours; weaving; whittling; woodworking; writing poems; stand-up comedy"""
)
INSTRUMENTS: Final = _of(
    """accordion; banjo; bassoon; cello; clarinet; double bass; drums; flute; French horn; guitar; harmonica; harp;
    mandolin; oboe; organ; piano; recorder; saxophone; trombone; trumpet; tuba; ukulele; viola; violin"""
)
LANGUAGES: Final = _of(
    """Arabic; Basque; Catalan; Croatian; Czech; Danish; Dutch; Finnish; Greek; Hebrew; Hindi; Hungarian; Icelandic;
    Irish; Italian; Japanese; Korean; Mandarin; Norwegian; Polish; Portuguese; Romanian; Russian; Spanish; Swahili;
    Swedish; Tamil; Turkish; Urdu; Welsh"""
)
ANIMALS: Final = _of(
    """beagle; border collie; budgie; canary; chameleon; cockatiel; corgi; dachshund; ferret; gecko; golden retriever;
    goldfish; greyhound; guinea pig; hamster; hedgehog; labrador; lizard; Maine Coon cat; parrot; poodle; pony; rabbit;
    rescue cat; rescue dog; Siamese cat; sheepdog; spaniel; tabby cat; terrier; tortoise; turtle; whippet; kitten; puppy"""
)
PET_NAMES: Final = _of(
    """Alfie; Biscuit; Button; Cinnamon; Clover; Cookie; Dumpling; Echo; Figaro; Fudge; Ginger; Hazel; Jasper; Jellybean;
    Kiwi; Luna; Maple; Marble; Mocha; Nimbus; Noodle; Nutmeg; Olive; Oreo; Peanut; Pepper; Pickle; Pixel; Pumpkin; Rolo;
    Rusty; Sesame; Smokey; Sprout; Tango; Toffee; Waffle; Whiskers; Ziggy; Bramble"""
)
CARS: Final = _of(
    """an old camper van; a blue hatchback; a cargo bike; a convertible; a diesel estate; an electric scooter; a folding
    bike; a green pickup; a hybrid; a jeep; a minivan; a motorbike; a mountain bike; a red moped; a second-hand Volvo; a
    silver Fiat; a small electric car; a sports car; a tandem; a van; a white Skoda; a yellow Beetle"""
)
COLOURS: Final = _of(
    """amber; beige; black; burgundy; coral; cream; crimson; emerald green; forest green; gold; indigo; ivory; lavender;
    lilac; magenta; maroon; mint green; mustard yellow; navy blue; olive green; orange; peach; pink; plum; purple; red;
    royal blue; rust; salmon; scarlet; silver; sky blue; teal; turquoise; violet; white; yellow"""
)
KIN: Final = _of(
    """sister; brother; mother; father; grandmother; grandfather; aunt; uncle; niece; nephew; daughter; son; cousin;
    neighbour; boss; best friend; roommate; wife; husband; girlfriend; boyfriend; dentist; landlord; coach; colleague;
    partner; teacher; mentor; godmother; flatmate"""
)
COMPANIONS: Final = _of(
    """my sister; my brother; my mother; my mom; my dad; my father; my grandmother; my kids; my daughter; my son; my wife;
    my husband; my partner; my best friend; my colleagues; some coworkers; my neighbours; my cousins; my uncle; my
    niece; my book club; my old schoolmates; my team; my family; my roommate; a few friends; an old friend from
    university; my girlfriend; my boyfriend; the whole family; two friends from work; my in-laws; my running group; my
    church group; my nephew; my aunt; my grandparents; my choir"""
)
PLACES: Final = _of(
    """at the beach; at the botanical garden; at the community centre; at the country fair; at the farmers market; at the
    flea market; at the harbour; at the lake; at the local park; at the mall; at the new gallery; at the old mill; at the
    town hall; at the university; at the youth centre; at home; at work; at my sister's place; at my parents' house; in
    the backyard; in the city centre; in the countryside; in the forest; in the garage; in the kitchen; in the mountains;
    in the old town; in the park; by the river; by the sea; on the balcony; on the roof terrace; on a farm; at a small
    cafe; at a ski resort; at the animal shelter; at the homeless shelter; at a summer camp; at a music festival; at the
    museum; at the library; at a workshop downtown; in a little village; at the campsite; near the lighthouse"""
)
FEELINGS: Final = _of(
    """amazed; anxious; at peace; calm; confident; deeply moved; disappointed; drained; embarrassed; energised; excited;
    exhausted; free; frustrated; full of hope; grateful; guilty; happy; homesick; inspired; jealous; joyful; lonely;
    nervous; nostalgic; overwhelmed; proud; refreshed; relaxed; relieved; restless; sad; scared; thankful; thrilled;
    touched; uneasy; worried; really alive; proud and a bit nervous; tired but happy; humbled; accepted and supported"""
)
QUALITIES: Final = _of(
    """amazing; awkward; beautiful; bitter; boring; breathtaking; bumpy; challenging; charming; chaotic; cosy; crowded;
    delicious; demanding; dreamy; dull; eye-opening; exhausting; fascinating; fun; funny; gentle; hilarious; intense;
    inspiring; lively; loud; magical; moving; peaceful; powerful; refreshing; relaxing; rewarding; romantic; rough;
    scary; serene; silly; stressful; stunning; surprising; tasty; tough; tricky; uplifting; warm; welcoming; wild"""
)
ADJECTIVES: Final = _of(
    """old; new; blue; big; little; handmade; vintage; wooden; second-hand; colourful; tiny; bright; heavy; antique;
    purple; striped; golden; leather; ceramic; woollen; painted; rusty; silver; portable; green; plain; fancy; round;
    soft; folding"""
)
THINGS: Final = _of(
    """armchair; backpack; bicycle; bookcase; bowl; bracelet; camera; candle; clock; coat; coffee grinder; compass;
    cooking pot; desk; dress; easel; fishing rod; food processor; guitar; hammock; hat; jacket; journal; kettle; keyboard;
    kite; lamp; laptop; mirror; mug; music box; necklace; notebook; painting; pair of boots; picture frame; pillow;
    quilt; radio; record player; ring; rocking chair; rug; sculpture; scarf; sewing machine; skateboard; sleeping bag;
    suitcase; sweater; teapot; telescope; tent; toolbox; typewriter; umbrella; vase; violin; watch; yoga mat"""
)
MOTIFS: Final = _of(
    """a sunset over the lake; a stormy sea; a snowy forest; a bowl of lemons; a field of poppies; an old bridge; a
    sleeping cat; the city at night; a mountain range; a row of beach huts; a lighthouse; two dancers; a horse; my
    grandmother; the view from my window; a vase of sunflowers; a self-portrait; a waterfall; fishing boats; a red barn"""
)
TITLE_OPENERS: Final = _of(
    """The Silent; The Last; A Winter; The Hidden; Beneath the; The Glass; Seven; The Wandering; Letters from the; The
    Paper; A Thousand; The Crooked; Beyond the; The Clockmaker's; Midnight; The Orange; Children of the; The Salt; The
    Lost; Return to the"""
)
TITLE_CLOSERS: Final = _of(
    """Orchard; Lighthouse; Garden; Rivers; Harbour; Daughter; Mirrors; Kingdom; Sparrow; Mountain; Library; Carnival;
    Cartographer; Islands; Violin; Bridge; Forest; Stars; Voyage; Winter"""
)
GENRES: Final = _of(
    """science fiction; historical novels; crime stories; fantasy; romantic comedies; biographies; horror; poetry; travel
    writing; documentaries; animated films; westerns; courtroom dramas; spy thrillers; graphic novels; folk tales"""
)
MUSIC: Final = _of(
    """jazz; folk; blues; techno; opera; hip hop; indie rock; soul; reggae; heavy metal; baroque music; country; salsa;
    gospel; punk; ambient music; bluegrass; classical piano; flamenco; synth pop"""
)
COURSES: Final = _of(
    """a pottery class; a first aid course; a photography workshop; a salsa class; a coding bootcamp; a cooking course; a
    creative writing class; a painting class; a sign language course; a sailing course; a wine tasting course; a public
    speaking workshop; an improv class; a woodwork class; a meditation retreat; a Spanish course; a gardening workshop; a
    drama class; a self-defence class; a knitting circle"""
)
EVENTS: Final = _of(
    """a charity run; a wedding; a street parade; a poetry reading; a jazz concert; a book fair; a bake sale; a school
    play; a football match; a science fair; a family reunion; a birthday party; a graduation; a film festival; a food
    festival; a craft market; a costume party; a protest march; a fundraiser; a chess tournament; a dance recital; a
    support group; a networking event; a tech conference; an open mic night; a theatre premiere; a quiz night; a parade"""
)
CAUSES: Final = _of(
    """the animal shelter; the homeless shelter; the food bank; a hospice; the local library; a tree planting project; the
    youth club; a reading programme for children; the fire brigade; the beach clean-up; a refugee support group; the
    village school; a helpline; a soup kitchen; the nature reserve; the seniors' home"""
)
REASONS: Final = _of(
    """it helps me clear my head; it reminds me of my childhood; I wanted to try something new; my doctor told me to; I
    needed a change; it brings the family together; I wanted to make new friends; it keeps me calm; I was tired of the
    noise; I wanted to save money; my kids love it; it makes me feel free; I had promised it to my father; I wanted to
    challenge myself; I could not sleep; it gives me energy; I wanted to give something back; it was on sale; the old one
    broke; I like working with my hands; it lets me express myself; I needed more exercise; it takes my mind off work; I
    lost a bet; the teacher was so patient; I have always loved the sea; it makes me laugh; I wanted to surprise my
    sister; the rent went up; I missed my family; it teaches patience; my back was hurting; I wanted to learn from the
    best; I had too much free time; it feels like home; the people there are so welcoming; I wanted to honour my
    grandmother; I believe in helping others"""
)
PURPOSES: Final = _of(
    """to raise money for the hospital; to relax after work; to stay in shape; to celebrate my promotion; to learn about
    the stars; to help my neighbours; to feel closer to nature; to practise my French; to meet people; to get over a
    breakup; to prepare for the marathon; to thank my parents; to cheer up a friend; to support young artists; to save
    for a house; to keep a family tradition alive; to get away from the city; to calm my nerves; to clear out the attic;
    to build up strength; to inspire the kids; to find some peace; to improve my strategy; to de-stress"""
)
MEANINGS: Final = _of(
    """freedom; my roots; hope; new beginnings; courage; my grandfather; friendship; a happy summer; the sea; home;
    patience; the day we met; love and faith; strength; my first job; growing up; a fresh start; family; staying strong;
    that everything passes"""
)
PRAISED: Final = _of(
    """the quiet; the people; the colours; the smell of the sea; the music; the friendly staff; the view; the feeling of
    freedom; the challenge; the fresh air; the teamwork; the stories; the way everyone helps each other; the warm light;
    the jokes; the attention to detail; the plot twists; the slow pace; the long walks; being part of a group; seeing the
    kids smile; learning something every time; the rhythm; the early mornings"""
)
DURATIONS: Final = _of(
    """two weeks; three weeks; six weeks; two months; three months; four months; six months; a year; two years; three
    years; four years; five years; seven years; eight years; ten years; twelve years; fifteen years; twenty years; a
    decade"""
)
OFTEN: Final = _of(
    """every morning; every evening; every day; twice a week; three times a week; once a week; every Sunday; every Friday
    night; once a month; every other weekend; twice a month; every Tuesday; on weekends; every summer; every few months;
    every Thursday evening; four times a week"""
)
ADVICE: Final = _of(
    """take one step at a time; start small; get enough sleep; write everything down; ask for help early; keep a steady
    routine; listen more than you talk; take breaks; never skip breakfast; trust your gut; break it into small parts; say
    no more often; read the manual first; find a good teacher; practise every day; forgive yourself; drink more water; go
    outside every day; set clear goals; stay curious"""
)
TROUBLES: Final = _of(
    """a sprained ankle; a broken window; a flat tyre; a leaking roof; a lost passport; a bad cold; a power cut; a missed
    train; a stolen wallet; a knee injury; a noisy neighbour; a delayed flight; a flooded cellar; a cancelled contract; a
    toothache; a dead battery; a nasty review; a migraine; a broken wrist; a computer crash"""
)
DREAMS: Final = _of(
    """open a small bookshop; run a marathon; write a novel; sail around the world; adopt a child; build a wooden house;
    start a bakery; learn to fly; move to the countryside; found a charity; become a vet; record an album; see the
    northern lights; open a dance studio; teach abroad; restore an old boat; walk across the country; start a podcast;
    plant an orchard; become a counsellor; open my own shop; publish a cookbook"""
)
MONTHS: Final = _of("January; February; March; April; May; June; July; August; September; October; November; December")
NUMBERS: Final = _of("two; three; four; five; six; seven; eight; nine; ten; eleven; twelve")
BOARD: Final = _of(
    """trivia; charades; a scavenger hunt; table football; chess; a board game; card games; hide and seek; bingo; darts;
    mini golf; bowling; an escape room; a treasure hunt; dominoes"""
)

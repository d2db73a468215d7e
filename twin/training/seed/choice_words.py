"""Things that one may like or not: domains with what is asked in them, and kinds with examples of each."""

from __future__ import annotations

from typing import Final

DOMAINS: Final = """
# food
? What should I cook tonight? ? Which dishes should I try in the old town? ? Can you suggest a place for dinner? ? What could I order?
seafood: grilled salmon with herbs; shrimp tacos; fresh oysters; a tuna sushi platter; lobster rolls; a hearty fish stew; crab cakes
spicy food: a fiery vindaloo; chilli noodles; hot wings with ghost pepper; a spicy kimchi stew; jalapeno poppers; a peppery jerk chicken
meat: a rib-eye steak; pulled pork; lamb chops; a beef burger; roast chicken; bacon and sausages; braised short ribs
dairy: a four-cheese pizza; creamy mac and cheese; a yoghurt bowl; ice cream sundaes; a butter-rich souffle; paneer in cream
nuts: walnut pesto; peanut satay; an almond cake; pistachio gelato; a cashew curry; hazelnut pralines
sweet desserts: a chocolate lava cake; caramel pudding; sugary doughnuts; candied fruit; treacle tart; frosted cupcakes
gluten: crusty wheat bread; a bowl of pasta; flaky croissants; beer-battered onion rings; flour dumplings; a sourdough sandwich
fried food: deep-fried chicken; crispy fries; tempura; fried spring rolls; corn dogs; battered sausage
alcohol: a wine tasting; craft cocktails; a whisky flight; a beer garden; sangria; a gin bar
vegetables: a garden salad; roasted carrots and beans; a vegetable stir-fry; stuffed peppers; ratatouille; a lentil and spinach bowl
fast food: a drive-through burger chain; a pizza delivery chain; a fried chicken franchise; a hot dog stand; microwave meals
buffets: an all-you-can-eat buffet; a self-service brunch; a hotel buffet line; an open salad bar
fine dining: a Michelin-starred tasting menu; white-tablecloth service; a chef's table; a formal seven-course dinner
caffeine: a double espresso; cold brew coffee; strong black tea; energy drinks; a mocha

# shows
? What should I watch this weekend? ? Can you recommend a good film? ? Which series could I start? ? What's worth watching?
horror: a slasher film; a haunted house story; a zombie series; a film about demonic possession; a creepy ghost tale
romance: a love story in Paris; a romantic comedy; a wedding film; a tender drama about two lovers; a soap about heartbreak
violence: a bloody war epic; a gangster film full of shoot-outs; a brutal revenge thriller; a martial arts fight fest
animation: a hand-drawn fairy tale; a computer-animated adventure; an anime saga; a cartoon about talking animals
documentaries: a documentary about oceans; a true account of a bank scandal; a nature film; a docuseries about chefs
subtitled films: a Korean drama with subtitles; a French film in the original; a subtitled Danish series; Japanese cinema, subtitled
science fiction: a space opera; a time travel story; a series about robots; a film about aliens; a dystopian future saga
musicals: a singing and dancing spectacle; a Broadway film; a film told in songs; a jukebox musical
reality shows: a dating competition; a show about housewives; a talent contest; a survival game with real people
long series: a saga of twelve seasons; a four-hour epic; a drama with 200 episodes; a three-and-a-half-hour film
historical dramas: a royal court drama; a story set in ancient Rome; a Victorian costume series; a film about the Tudors
comedies: a sitcom about flatmates; a stand-up special; a slapstick film; a silly parody; a witty office comedy
superheroes: a caped crusader film; a comic book blockbuster; a team of mutants saving the world; a masked vigilante series

# books and music
? What should I read next? ? Can you suggest something to listen to? ? What would be a good book for the train? ? Any album tips?
audiobooks: a narrated bestseller; a spoken version of a classic; an audio edition read by the author; a twelve-hour audiobook
e-books: a title for your e-reader; a digital edition; a book on your tablet; a downloadable e-book
poetry: a collection of sonnets; modern haiku; an anthology of verse; a long poem about the sea
self-help: a guide to better habits; a book on manifesting success; ten steps to happiness; a motivational bestseller
fantasy: a tale of dragons; a saga about wizards; an epic with elves and magic; a quest through enchanted lands
crime: a detective mystery; a serial killer thriller; a cosy murder story; a police procedural
biographies: the life of a painter; memoirs of a president; an autobiography of an athlete; letters of a scientist
heavy metal: a thrash metal record; a doom metal band; loud distorted guitars; a death metal festival
classical music: a string quartet; a Beethoven symphony; an organ recital; a Chopin nocturne
pop: a chart-topping pop album; a boy band; a catchy dance hit; this summer's radio hits
live concerts: a stadium gig; an open-air festival; a night at a crowded club; front-row concert tickets
electronic music: a techno set; a house music mix; synth loops; a DJ night

# games
? What game should I get? ? What could we play on Friday? ? Can you recommend a new game?
shooters: a first-person shooter; a sniper game; a war game with tanks; a battle royale
puzzles: a logic puzzle; a sudoku collection; a tile-matching game; a crossword app
multiplayer games: an online team game; a massive online world; a co-op game with strangers; ranked matches online
board games: a wooden strategy board game; a classic tile-laying game; a dice game for four; a tabletop adventure
card games: a deck-building card game; bridge; poker night; a collectible card game
mobile games: a free game for your phone; a tap game with adverts; an app with daily rewards
role-playing games: an open-world role-playing epic; a dungeon crawl; a character-building adventure
sports games: a football simulation; a basketball video game; a racing game; a golf simulator
virtual reality: a headset adventure; an immersive VR shooter; a motion-controlled VR game

# travel
? Where should I go on holiday? ? What could I do there? ? Can you suggest a place to stay? ? How should I spend the weekend?
crowds: a packed theme park; the busiest square at noon; a street carnival; a famous museum at peak time; a bustling night market
beaches: a week on a sandy beach; a seaside resort; snorkelling in a bay; a beach club; sunbathing by the sea
flying: a long-haul flight; a quick plane hop; a helicopter tour; a cheap airline ticket
camping: a tent by the lake; a night in a sleeping bag; a campsite without showers; wild camping in the woods
luxury: a five-star hotel; a private villa with a butler; a first-class cabin; a penthouse suite; a yacht charter
hostels: a dorm bed in a hostel; a backpackers' lodge; a shared bunk room; a guest house with shared bathrooms
guided tours: a coach tour with a guide; a group tour with a fixed plan; an audio-guided walk; a scheduled city tour
museums: an art museum; a history exhibition; a science museum; a gallery of old masters
nightlife: a club crawl; bars open till dawn; a party district; a rooftop party; a disco by the harbour
hiking: a steep mountain trail; a long trek through a gorge; a walk to the summit; a day of hill walking
cold places: a trip to the Arctic; an ice hotel; a snowy cabin in the far north; a winter week in Lapland
heat: a desert safari; a tropical island in August; a sun-baked city; a hot southern coast
heights: a glass walkway above a canyon; a cable car; a hot-air balloon; the top of a tower; bungee jumping
boats: a cruise; a ferry to the islands; a sailing trip; a river boat dinner; a catamaran
water activities: kayaking; surfing lessons; scuba diving; white-water rafting; a swim with dolphins; paddle boarding
religious sites: an old cathedral; a temple visit; a monastery stay; a pilgrimage path
chain hotels: a big international hotel chain; a franchised motel; a brand-name airport hotel
animal shows: a zoo; a dolphin show; an elephant ride; an aquarium with performing seals; a circus with tigers
family places: a kids' club resort; a children's fun park; a hotel with a nursery; a family water park

# getting about and cars
? Which car should I buy? ? How should I get to work? ? What vehicle would you suggest?
electric cars: a battery-powered hatchback; a plug-in electric saloon; an EV with fast charging
diesel: a diesel estate; a diesel pickup; a turbo-diesel van
big cars: a seven-seat SUV; a huge pickup truck; a full-size off-roader; a wide family van
small cars: a tiny city car; a two-seat runabout; a compact hatchback; a micro car
manual gears: a six-speed manual; a stick shift roadster; a car with a clutch pedal
automatic gears: a smooth automatic; a car with automatic transmission; a CVT saloon
sports cars: a roaring V8 coupe; a low-slung racer; a turbocharged convertible
motorbikes: a touring motorcycle; a light scooter; a vintage motorbike
public transport: the underground; a monthly bus pass; the commuter train; a tram ride
cycling: a folding bike; an e-bike; a racing bicycle; a cargo bike
touch screens: a dashboard with a giant touch screen; a tablet-style display; all-digital controls
second-hand cars: a five-year-old used car; a pre-owned saloon; a bargain from a used-car lot
leather: seats in soft leather; a leather-trimmed cabin; hand-stitched leather upholstery
foreign brands: an imported model; a car from overseas; a foreign-built saloon

# clothes
? What should I wear? ? Can you suggest an outfit for the party? ? Where could I buy clothes? ? What shoes should I get?
leather goods: a leather jacket; suede boots; a cowhide belt; leather gloves
fur: a fox fur coat; a mink stole; a fur-lined hood; real fur trim
wool: a merino sweater; a tweed coat; an itchy wool scarf; a lambswool cardigan
synthetic fabrics: polyester leggings; a nylon windbreaker; an acrylic jumper; spandex tops
high heels: stilettos; four-inch pumps; platform heels; strappy heeled sandals
bright colours: a neon yellow top; a hot pink dress; a rainbow-striped shirt; an orange jumpsuit
black clothes: a little black dress; an all-black suit; a black turtleneck; black jeans
fast fashion: a bargain from a high-street chain; five-euro T-shirts; the newest weekly collection; a trendy discount retailer
designer labels: a couture gown; a handbag with a big logo; a designer blazer; luxury brand sunglasses
vintage clothes: a thrift-store find; a retro seventies dress; second-hand denim; a pre-loved coat
tight clothes: skinny jeans; a body-hugging dress; a fitted corset; slim-fit trousers
loose clothes: an oversized hoodie; wide linen trousers; a flowing kaftan; baggy jeans
patterns: a floral print; bold checks; polka dots; a leopard-print blouse; zebra stripes
formal clothes: a three-piece suit; a tie and waistcoat; an evening gown; polished dress shoes
jewellery: a chunky gold necklace; dangling earrings; a diamond bracelet; stacked rings
online shopping: an order from a web shop; a mail-order box; a clothes app; next-day delivery from a website

# devices and home
? Which device should I buy? ? What would be good for my home? ? Can you recommend a gadget?
smart speakers: a voice assistant for the kitchen; a talking speaker; an always-listening hub
subscriptions: software by monthly fee; a streaming plan; a subscription box; a yearly membership
wireless gadgets: wireless earbuds; a Bluetooth keyboard; a cordless headset
big screens: an 80-inch television; a giant monitor; a wall-sized projector
refurbished devices: a refurbished laptop; a used phone; a renewed tablet
plastic: a plastic chair; disposable cups; cling film; plastic storage boxes
wearables: a smartwatch; a fitness band; smart glasses; a sleep-tracking ring
cameras in the home: a video doorbell; an indoor security camera; a baby monitor with video; a webcam
paper: a paper notebook; a printed calendar; a wall planner; index cards
apps: a phone app; a to-do app; an app with reminders; a mobile tracker
gas: a gas stove; a gas boiler; a propane grill
noisy devices: a loud blender; a roaring leaf blower; a clattering fan; a noisy hoover

# sport and fitness
? How could I get fit? ? What sport should I try? ? Can you suggest a workout? ? Which class should I join?
gyms: a membership at the big gym; weight machines at a fitness club; a treadmill session; a spin studio
running: a 5k jog; interval sprints; marathon training; a run in the park
team sports: a football club; a volleyball team; five-a-side; a basketball league
contact sports: boxing; rugby; judo sparring; kickboxing; wrestling
swimming: laps in the pool; aqua aerobics; open-water swimming; a swim club
yoga: a slow yoga class; hot yoga; a yoga retreat; sun salutations; a meditation and stretch class
group classes: a Zumba class; a boot camp; a group cycling class; step aerobics with twenty others
early mornings: a 5 a.m. workout; a sunrise session; training before dawn; an early-bird class
winter sports: skiing; snowboarding; ice skating; cross-country skiing
home workouts: an exercise video at home; push-ups in the living room; a rowing machine in the bedroom; skipping rope at home
high intensity: a HIIT circuit; burpees to exhaustion; an all-out sprint class; heavy deadlifts
dance: salsa lessons; ballet; a hip hop class; swing dancing
watching sports: tickets for the stadium; a big match on TV; a sports bar; season tickets
extreme sports: skydiving; base jumping; cliff diving; downhill mountain biking
loud music: a class with thumping beats; a gym blasting rock; a disco workout

# health and beauty
? How should I care for my skin? ? What could help me sleep? ? Can you suggest something for my routine? ? What helps against stress?
perfume: a rose-scented lotion; a strongly perfumed cream; a fragranced mist; a musky scent
make-up: a full-coverage foundation; bold lipstick; glitter eyeshadow; a contour kit
pills: a sleeping pill; vitamin tablets; a painkiller; supplement capsules
natural products: an organic aloe gel; plain coconut oil; a herbal balm; a homemade honey mask
harsh chemicals: a bleach-based whitener; a strong acid peel; a paraben-rich cream; sulphate shampoo
expensive products: a 200-euro serum; a luxury spa package; a gold-infused cream
meditation: a guided meditation; a mindfulness course; breathing exercises; a silent retreat
needles: acupuncture; botox; a vitamin injection; micro-needling
animal testing: a brand that tests on rabbits; cosmetics tested on animals; a label known for animal testing
massages: a deep-tissue massage; a hot-stone massage; a shiatsu session
therapy: weekly sessions with a therapist; group therapy; a counselling course
diets: a strict keto plan; counting calories; a juice cleanse; intermittent fasting
long routines: a ten-step routine; an hour of daily treatments; a multi-mask evening ritual
hair dye: a bold red dye; bleached highlights; an ammonia colour kit

# learning
? How should I learn a language? ? Can you suggest a way to study history? ? What would help me learn to code? ? Which course should I take?
videos: an online video course; recorded lectures; a tutorial channel; short clips
podcasts: a weekly podcast; an audio lecture series; spoken lessons for the commute; an interview podcast
textbooks: a thick textbook; a printed manual; a reader with exercises; a classic reference book
group study: a study group; a seminar with discussions; a class project with others; pair learning
online courses: a web-based course; a live webinar; a virtual classroom; remote lessons
hands-on practice: a lab session; building a model yourself; a workshop with tools; a field trip
flash cards: a deck of flash cards; spaced repetition cards; memory cards
exams: a graded test; weekly quizzes; a certificate exam; a timed assessment
games for learning: a quiz game with points; a learning app with levels; a role-play simulation; an educational board game
lectures: a two-hour lecture; a talk by a professor; a lecture hall course; a keynote speech
memorising: learning lists by heart; drilling vocabulary; reciting formulas; rote repetition
private tutors: one-to-one lessons; a personal tutor; a private coach
writing: keeping a study diary; essay assignments; long written summaries
diagrams: mind maps; flow charts; colourful infographics; annotated sketches

# work
? What job would suit me? ? How should I organise my week? ? What could I do about my career?
travel for work: a job with weekly flights; a travelling sales post; fieldwork abroad; a consultant's life on the road
office work: a desk in an open-plan office; a nine-to-five at headquarters; a cubicle job
working from home: a fully remote post; a home-office contract; a virtual team
night shifts: a night porter's job; graveyard shifts; late hours at a clinic
big companies: a post in a huge corporation; a global bank; a ten-thousand-people firm
start-ups: a three-person start-up; an early-stage venture; a garage company
managing people: a team lead position; a head of department post; running a staff of thirty
meetings: daily stand-ups; a weekly all-hands meeting; long video calls; conference calls
public speaking: giving keynote talks; presenting on stage; hosting a panel; pitching to a crowd
physical work: a job on a building site; lifting boxes in a warehouse; farm work; landscaping
sales: cold-calling customers; a commission-based sales job; door-to-door selling
overtime: sixty-hour weeks; weekend duty; always being on call
freelancing: gig work; a freelance contract; self-employment; project-based jobs
networking events: an industry mixer; a business lunch with strangers; a career fair

# pets and garden
? Which pet should I get? ? What animal would suit my home? ? What could I plant?
cats: a Persian kitten; a rescue cat; a tabby; two Siamese cats
dogs: a golden retriever; a terrier puppy; a greyhound; a sheepdog
birds: a parrot; a pair of canaries; a cockatoo; a budgie in a cage
fish: a goldfish bowl; a tropical aquarium; a betta fish; a koi pond
reptiles: a gecko; a python; a bearded dragon; a tortoise
rodents: a hamster; two guinea pigs; a pet rat; gerbils
insects: an ant farm; a tarantula; stick insects; a beehive
large animals: a pony; a Great Dane; a Saint Bernard; a pot-bellied pig
shedding animals: a long-haired cat; a fluffy Samoyed; an Angora rabbit
high-maintenance pets: a pet that needs four walks a day; a breed with daily grooming; an exotic animal with a special diet
breeders: a pedigree puppy from a breeder; a show-line kitten; a pure-bred litter
shelters: an older dog from the shelter; an adopted stray; a rescue rabbit
flowers: a bed of roses; tulips; sunflowers; a lavender border
pesticides: a chemical weedkiller; an insect spray; a toxic slug bait

# gifts and going out
? What could I do on Saturday? ? How should I celebrate? ? What gift should I ask for? ? Where could we meet?
parties: a big birthday bash; a house party; a surprise party with fifty guests; a masked ball
quiet places: a reading room; a small tea house; an empty lakeside; a silent garden
karaoke: a karaoke bar; an evening of singing to backing tracks; a karaoke box
gambling: a casino night; a day at the races; a bingo hall; slot machines
outdoor activities: a picnic in the park; a bike tour; bird watching; a day in the woods
crafts: a pottery workshop; knitting together; a painting evening; candle making
shopping malls: a day at the mall; an outlet centre; a department store spree
theatre: a stage play; an evening at the opera; a ballet; an improv theatre
smoking: a hookah lounge; a cigar bar; a terrace for smokers
small talk: speed dating; a networking brunch; a meet-and-greet; a cocktail reception
volunteering: a soup kitchen shift; a beach clean-up; helping at a shelter
children: a kids' play centre; a puppet show for toddlers; babysitting; a children's party
"""

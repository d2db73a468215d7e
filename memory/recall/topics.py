"""What is a kind of what: a little knowledge of the world that words alone and a small embedder lack.

"What coffee do I like?" shares no word with "I drink oat flat whites", and all-MiniLM-L6-v2 holds that closer to tea
than to coffee. So a question's topic words also stand for the things of that kind. Short on purpose: everyday matters
of which people tell their likes and habits; anything else is left to the words and the embedder.
"""

from __future__ import annotations

_TOPICS = {
    "coffee": (
        "flat white, latte, espresso, cappuccino, cortado, americano, macchiato, mocha, ristretto, decaf, filter"
    ),
    "tea": "earl grey, darjeeling, assam, oolong, matcha, chai, rooibos, chamomile, peppermint",
    "drink": (
        "coffee, tea, water, juice, beer, wine, cider, lemonade, milk, cocoa, smoothie, cola, whisky, gin, "
        "rum, vodka, cocktail, flat white, latte, espresso, cappuccino, kombucha"
    ),
    "wine": (
        "red, white, rosé, riesling, chardonnay, merlot, pinot, malbec, rioja, prosecco, champagne, sauvignon, chianti"
    ),
    "beer": "lager, ale, ipa, stout, pilsner, porter, weissbier, bitter",
    "food": (
        "bread, cheese, meat, fish, pasta, pizza, rice, soup, curry, salad, stew, tagine, noodles, sushi, "
        "tacos, burger, vegetables, fruit, dessert, chocolate, cake, dish, risotto, dumplings, eggs"
    ),
    "dish": (
        "pasta, pizza, soup, curry, salad, stew, tagine, noodles, sushi, tacos, burger, risotto, dumplings,"
        " lasagne, pie"
    ),
    "dessert": "cake, ice cream, tiramisu, pudding, pie, crumble, chocolate, brownie, cheesecake, sorbet",
    "fruit": (
        "apple, pear, banana, orange, mango, strawberry, raspberry, cherry, peach, plum, grape, melon, pineapple, kiwi"
    ),
    "vegetable": (
        "mushroom, carrot, broccoli, spinach, onion, aubergine, courgette, pepper, cabbage, beetroot, kale,"
        " tomato, celery, pea, bean, olive, sprouts, cauliflower"
    ),
    "herb": "coriander, cilantro, basil, parsley, mint, thyme, rosemary, dill, sage, chives, oregano, tarragon",
    "spice": "chilli, cumin, cinnamon, ginger, saffron, turmeric, cardamom, nutmeg, clove, paprika",
    "meat": "beef, pork, lamb, chicken, steak, bacon, sausage, ham, vegetarian, vegan",
    "dairy": "milk, cheese, butter, yoghurt, cream, lactose",
    "music": (
        "jazz, rock, pop, techno, opera, classical, hip hop, rap, blues, folk, metal, soul, funk, reggae, "
        "punk, bossa nova, country, house, band, album, song, choir"
    ),
    "film": "movie, western, thriller, comedy, horror, documentary, cinema, science fiction, noir, drama",
    "book": "novel, poetry, biography, crime, fiction, detective, fantasy, memoir, author, comic",
    "writer": "author, novelist, poet",
    "sport": (
        "football, tennis, swimming, running, climbing, cycling, hiking, skiing, rowing, basketball, "
        "volleyball, badminton, squash, golf, rugby, cricket, judo, karate, boxing, yoga, surfing, sailing,"
        " skating, handball, hockey, fencing"
    ),
    "team": "support, club",
    "game": "chess, go, poker, bridge, backgammon, scrabble, cards, dominoes, video",
    "hobby": (
        "climbing, knitting, gardening, painting, photography, hiking, reading, cooking, baking, chess, "
        "pottery, sewing, swimming, fishing, dancing, birdwatching, woodwork"
    ),
    "instrument": (
        "piano, guitar, violin, cello, drums, flute, saxophone, trumpet, clarinet, bass, harp, organ, ukulele"
    ),
    "colour": (
        "red, green, blue, yellow, orange, purple, pink, black, white, grey, brown, turquoise, violet, "
        "beige, teal, petrol"
    ),
    "pet": "dog, cat, rabbit, hamster, parrot, horse, tortoise, goldfish, budgie, guinea pig, puppy, kitten",
    "animal": "dog, cat, horse, rabbit, bird, spider, snake, bear, wolf, fox, cow, sheep, goat",
    "car": (
        "volvo, skoda, fiat, ford, toyota, honda, bmw, audi, volkswagen, tesla, renault, peugeot, opel, "
        "mazda, kia, hyundai"
    ),
    "scooter": "vespa, lambretta, moped",
    "vehicle": "car, bike, bicycle, scooter, motorbike, van, vespa, truck",
    "illness": "asthma, diabetes, migraine, epilepsy, arthritis, hay fever, allergy, eczema, anaemia",
    "medicine": "tablet, pill, vitamin, insulin, ibuprofen, paracetamol, antibiotic, inhaler, penicillin",
    "relative": (
        "mother, father, sister, brother, aunt, uncle, cousin, niece, nephew, grandmother, grandfather, son, daughter"
    ),
    "sibling": "brother, sister, twin",
    "holiday": "trip, travel, vacation, journey, beach, flight",
    "language": (
        "english, german, french, spanish, italian, portuguese, norwegian, swedish, danish, dutch, welsh, "
        "polish, arabic, russian, chinese, japanese, greek, turkish"
    ),
    "season": "spring, summer, autumn, winter",
    "seat": "aisle, window, middle",
    "plane": "flight, seat, aisle, airport, fly",
    "salary": "paid, earn, wage, pay, income",
    "lease": "contract, tenancy, rent",
    "flat": "apartment, house, rent",
    "phobia": "afraid, scared, fear",
}

_SAME = (
    ("mother", "mum", "mom"),
    ("father", "dad"),
    ("grandmother", "grandma", "granny", "nan"),
    ("grandfather", "grandpa", "granddad"),
    ("name", "called", "named"),
    ("job", "work", "profession", "occupation"),
    ("film", "movie"),
    ("colour", "color"),
    ("scared", "afraid", "fear", "frightened"),
    ("holiday", "trip", "vacation"),
    ("hurt", "broke", "sprained", "injured"),
    ("end", "ends", "expire", "runs out"),
    ("lease", "contract"),
    ("learn", "study", "studying", "learning"),
    ("buy", "bought"),
    ("sell", "sold"),
    ("lose", "lost"),
    ("meet", "met"),
    ("flat", "apartment"),
    ("salary", "paid", "wage"),
    ("illness", "disease", "condition"),
    ("author", "writer"),
    ("child", "children", "kid", "kids", "son", "daughter"),
    ("home", "live"),
    ("book", "novel"),
    ("get", "got"),
    ("bike", "bicycle"),
    ("phone", "mobile"),
)  # fmt: skip


def same_as(word: str) -> tuple[str, ...]:
    """Other words for ``word``, itself left out."""
    return tuple(dict.fromkeys(other for group in _SAME if word in group for other in group if other != word))


def kinds_of(word: str) -> tuple[str, ...]:
    """Things that are a ``word`` ("coffee": "flat white", …); nothing for a word that is no topic."""
    for topic in (word, word.removesuffix("s"), word.removesuffix("es")):
        if topic in _TOPICS:
            return tuple(_TOPICS[topic].split(", "))
    return ()

"""Facts that fill slots: how people tell them, and how they are asked for.

Each frame is written as a name, lines with ``=`` (ways to tell it), and lines with ``?slot`` (ways to ask for what
stands in that slot). ``*`` after the name: it can change, and a new value supersedes the old one. ``!``: the frame is
kept out of training, to measure on. Of three or more ways to ask, the last is kept out of training too.

In questions ``<S>`` is who is asked about: a name, or "I"; ``<S's>``, ``<does S>``, ``<is S>`` … agree with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from twin.training.seed import words

_FRAMES: Final = """
home *
= I live in {city}. | I've settled in {city} now. | My flat is in {city}, and I like it there. | We moved to {city}.
?city Where <does S> live? | Which city <does S> live in? | Where is <S's> home? | In which town has <S> made a home?

job *
= I work as a {job}. | I'm a {job} by trade. | My job? I'm a {job}. | I earn my living as a {job}.
?job What is <S's> job? | What does <S> do for a living? | What <does S> work as? | What profession <does S> have?

employer *
= I work for {employer}. | {employer} pays my wages. | I started at {employer}, and the people are nice. | My employer
is {employer}.
?employer Who <does S> work for? | Who is <S's> employer? | Where <is S> employed? | Which company <does S> work at?

sibling-name
= My {kin} is called {name}. | {name}, my {kin}, came to see us. | My {kin} {name} sends greetings. | {name} is my {kin}.
?name What is <S's> {kin} called? | What is the name of <S's> {kin}? | Who is <S's> {kin}?

kin-job
= My {kin} works as a {job}. | My {kin} is a {job}, you know. | My {kin} just became a {job}.
?job What does <S's> {kin} do? | What is the job of <S's> {kin}? | What does <S's> {kin} do for a living?

kin-home *
= My {kin} lives in {city}. | My {kin} moved to {city}. | I miss my {kin}, who lives in {city} now.
?city Where does <S's> {kin} live? | Which city is <S's> {kin} in? | Where is the home of <S's> {kin}?

pet-name
= We have a {animal} called {pet}. | My {animal} {pet} is asleep on the sofa. | I got a {animal}! Her name is {pet}. | Our
{animal} is named {pet}.
?pet What is <S's> {animal} called? | What is the name of <S's> {animal}? | What did <S> name the {animal}?
?animal What kind of animal is {pet}? | What pet <does S> have? | What is {pet}?

allergy
= I'm allergic to {food}. | I can't eat {food}, I have an allergy. | {food} give me a rash, I'm allergic.
?food What <is S> allergic to? | Which food <does S> have an allergy to? | What food makes <S> ill?

favourite-dish *
= My favourite dish is {dish}. | I could eat {dish} every day. | Nothing beats {dish}, I love it.
?dish What is <S's> favourite dish? | Which dish <does S> like best? | What <does S> love to eat most?

favourite-drink *
= I always order {drink}. | My favourite drink is {drink}. | I can't start the day without {drink}. | I only drink {drink}.
?drink What <does S> like to drink? | What is <S's> favourite drink? | Which drink <does S> order?

dislikes-food
= I hate {food}. | I can't stand {food}. | I really don't like {food}. | {food} are not for me at all.
?food Which food <does S> dislike? | What <does S> hate eating? | What food can <S> not stand?

favourite-colour *
= My favourite colour is {colour}. | I painted my room {colour}, the colour I like best. | I love everything in {colour}.
?colour What is <S's> favourite colour? | Which colour <does S> like best? | What colour <does S> prefer?

instrument
= I play the {instrument}. | I've been playing the {instrument} for {duration}. | I practise the {instrument} {often}.
?instrument What instrument <does S> play? | Which instrument <does S> play? | What does <S> practise?
?duration How long has <S> been playing the {instrument}? | For how long has <S> played the {instrument}?
?often How often <does S> practise the {instrument}? | When <does S> practise the {instrument}?

language
= I speak {language}. | I'm learning {language} at the moment. | I've been learning {language} for {duration}. | I started
to learn {language} because {reason}.
?language What language <does S> speak or learn? | Which language <is S> learning? | What language <is S> studying?
?duration How long has <S> been learning {language}? | Since when has <S> been studying {language}?
?reason Why did <S> start to learn {language}? | What made <S> take up {language}?

sport *
= I do {sport} {often}. | I've taken up {sport}. | My sport is {sport}. | I go {sport} {often}, it keeps me sane.
?sport What sport <does S> do? | Which sport <does S> practise? | How <does S> stay fit?
?often How often <does S> do {sport}? | How many times <does S> do {sport}?

hobby
= I love {hobby}. | My hobby is {hobby}. | I got into {hobby} because {reason}. | {hobby} is what I do after work. | I've
been into {hobby} for {duration}.
?hobby What is <S's> hobby? | What <does S> do in <their> free time? | What <does S> like to do? | What is <S's> pastime?
?reason Why did <S> get into {hobby}? | Why <does S> like {hobby}? | What got <S> into {hobby}?
?duration How long has <S> been into {hobby}? | For how long has <S> been doing {hobby}?

car *
= I drive {car}. | I get around with {car}. | I bought {car}. | {car} is what takes me to work.
?car What <does S> drive? | What vehicle <does S> have? | How <does S> get around?

birthday
= My birthday is on {day} {month}. | I was born on {day} {month}. | We celebrate my birthday on {day} {month}.
?day+month When is <S's> birthday? | On what date <is S> celebrating <their> birthday? | When was <S> born?

studies *
= I study {field}. | I'm doing a degree in {field}. | I enrolled in {field} at the university.
?field What <does S> study? | What subject <is S> studying? | What is <S's> degree in?

origin
= I grew up in {city}. | I'm originally from {city}. | I spent my childhood in {city}. | {city} is where I grew up.
?city Where did <S> grow up? | Where <is S> from? | In which place did <S> spend <their> childhood?

visited
= I've been to {country} twice. | I spent a summer in {country} with {companion}. | {country} was the best trip of my life. |
I fell in love with {country} when I went there.
?country Which country has <S> been to? | What country did <S> visit? | Where has <S> travelled?
?companion Who did <S> go to {country} with? | Who went to {country} with <S>?

dream
= I want to {dream} one day. | My dream is to {dream}. | Some day I'd like to {dream}, because {reason}. | I've always
wanted to {dream}.
?dream What is <S's> dream? | What <does S> want to do one day? | What would <S> like to do? | What <does S> hope to do?
?reason Why <does S> want to {dream}? | What makes <S> want to {dream}?

genre
= I mostly read {genre}. | I'm into {genre} these days. | Give me {genre} and I'm happy.
?genre What kind of stories <does S> like? | Which genre <does S> enjoy? | What genre <is S> into?

music *
= I listen to {music}. | I can listen to {music} all day. | {music} is my kind of music. | I love {music} concerts.
?music What music <does S> like? | What kind of music <does S> listen to? | Which music style <does S> enjoy?

favourite-book
= My favourite book is "{title}". | "{title}" is the book I love most, because {reason}. | I've read "{title}" five times.
?title What is <S's> favourite book? | Which book <does S> love? | What book <does S> like most?

volunteering
= I volunteer at {cause}. | I help out at {cause} {often}. | I've been volunteering at {cause} for {duration}.
?cause Where <does S> volunteer? | Who <does S> volunteer for? | Where <does S> help out?
?often How often <does S> volunteer at {cause}? | How frequently <does S> help at {cause}?
?duration How long has <S> been volunteering at {cause}? | How long has <S> helped out at {cause}?

calm
= {hobby} helps me to de-stress. | When I'm stressed I turn to {hobby}. | What calms me down is {hobby}.
?hobby What helps <S> to de-stress? | How <does S> relax? | What <does S> do to calm down? | What <does S> do against stress?

symbol
= The {thing} stands for {meaning}. | To me the {thing} symbolises {meaning}. | My {thing} reminds me of {meaning}. | I keep
this {thing} because it reminds me of {meaning}.
?meaning What does the {thing} symbolise for <S>? | What does the {thing} remind <S> of? | What does <S's> {thing} mean?
?thing What reminds <S> of {meaning}? | Which object stands for {meaning}?

gift
= This {thing} was a gift from {companion}. | {companion} gave me a {thing} for my birthday. | I got a {thing} from {companion}.
?companion Who gave <S> the {thing}? | Who did <S> get the {thing} from? | From whom is <S's> {thing}?
?thing What did <S> get as a gift from {companion}? | What was the present from {companion}?

advice
= My advice: {advice}. | What helped me was to {advice}. | You just have to {advice}. | I'd say {advice}.
?advice What is <S's> advice? | What advice <does S> give? | What <does S> recommend? | What <does S> suggest doing?

praise
= What I love about {hobby} is {praised}. | The best part of {hobby} is {praised}. | It's {praised} that I like about {hobby}.
?praised What <does S> like about {hobby}? | What <does S> enjoy most about {hobby}? | What is the best part of {hobby} for <S>?

opinion
= {hobby} is {quality} and {quality2}. | I find {hobby} {quality} and {quality2}. | For me {hobby} is so {quality}, really
{quality2}.
?quality+quality2 How <does S> describe {hobby}? | What <does S> think of {hobby}? | How <does S> find {hobby}?

trouble
= I had {trouble}, it was {quality}. | Guess what, {trouble} on top of everything. | I'm dealing with {trouble}.
?trouble What went wrong for <S>? | What problem did <S> have? | What setback did <S> face? | What bad luck did <S> have?

overcame
= I got over {trouble} because I decided to {advice}. | How I dealt with {trouble}? I decided to {advice}.
?advice How did <S> deal with {trouble}? | How did <S> overcome {trouble}? | How did <S> get over {trouble}?

course *
= I signed up for {course}. | I'm taking {course} {often}. | I joined {course} because {reason}.
?course What did <S> sign up for? | What course <is S> taking? | What kind of class did <S> join?
?reason Why did <S> sign up for {course}? | What was the reason <S> joined {course}?
?often How often <does S> go to {course}? | When <does S> take {course}?

children
= We have {number} children. | I have {number} kids. | My {number} children keep me busy.
?number How many children <does S> have? | How many kids <does S> have? | What is the number of <S's> children?

memory
= I remember {event} with {companion}. | One of my favourite memories is {event} with {companion}, it was {quality}.
?event What memory <does S> mention? | What <does S> like to remember? | What is a favourite memory of <S's>?
?companion Who was with <S> at {event}? | Who <does S> remember from {event}?

hope
= I hope to {dream} with {companion} soon. | {companion} and I want to {dream}.
?companion Who <does S> want to {dream} with? | With whom <does S> hope to {dream}?
?dream What <does S> want to do with {companion}? | What are <S's> plans with {companion}?

collects
= I collect {thing2}. | I've got a whole shelf of {thing2}, I collect them. | My collection of {thing2} is growing.
?thing2 What <does S> collect? | Which things <does S> collect? | What is in <S's> collection?

studio
= I spend my evenings with {hobby}, {companion} taught me. | {companion} taught me {hobby} when I was small.
?companion Who taught <S> {hobby}? | From whom did <S> learn {hobby}? | Who showed <S> how to do {hobby}?
?hobby What did <S> learn from {companion}? | What did {companion} teach <S>?

phone-number
= The code of my locker is {code}. | My locker's code: {code}. | I changed the locker code to {code}.
?code What is the code of <S's> locker? | What is <S's> locker code? | Which code opens <S's> locker?

wedding !
= We got married in {city}. | Our wedding was in {city}, with {number} guests. | {city} is where we got married.
?city Where did <S> get married? | In which city was <S's> wedding?
?number How many guests were at <S's> wedding? | How many people came to <S's> wedding?

shoe-size ! *
= I wear shoes in size {size}. | My shoe size is {size}. | Size {size} fits my feet.
?size What is <S's> shoe size? | What size of shoes <does S> wear?

doctor !
= My doctor is Dr {surname}. | I go to Dr {surname} when I'm ill. | Dr {surname} has been my doctor for years.
?Dr+surname Who is <S's> doctor? | What is the name of <S's> doctor?

neighbour-plays !
= My neighbour plays the {instrument} {often}. | Through the wall I hear my neighbour's {instrument} {often}.
?instrument What instrument does <S's> neighbour play? | What does <S's> neighbour play?
?often How often does <S's> neighbour play? | When can one hear <S's> neighbour play?

bedroom-colour ! *
= The walls of my bedroom are {colour}. | I've painted the bedroom {colour}. | My bedroom is {colour} now.
?colour What colour is <S's> bedroom? | In which colour is <S's> bedroom painted?

breakfast ! *
= I have {dish} for breakfast. | Breakfast for me means {dish}. | My breakfast is {dish}, always.
?dish What <does S> have for breakfast? | What <does S> eat in the morning?

first-job !
= My first job was as a {job}. | I started out as a {job}. | Long ago I was a {job}, that was my first job.
?job What was <S's> first job? | What did <S> work as at first?

honeymoon !
= We spent our honeymoon in {country}. | {country} is where we had our honeymoon. | For our honeymoon we went to {country}.
?country Where did <S> go for <their> honeymoon? | Where was <S's> honeymoon?

choir !
= I sing in the {music} choir {often}. | My {music} choir meets {often}.
?often How often does <S's> choir meet? | When does <S's> choir rehearse?
?music What does <S's> choir sing? | What kind of choir <is S> in?

fear !
= I'm afraid of {fear}. | {fear} scare me. | Ever since I was small I've been scared of {fear}.
?fear What <is S> afraid of? | What scares <S>? | What <does S> fear?

boat !
= Our boat is called "{title}". | We named the boat "{title}".
?title What is <S's> boat called? | What is the name of <S's> boat?

team ! *
= I support {city} United. | My team is {city} United. | I never miss a match of {city} United.
?city+United Which team <does S> support? | What is <S's> favourite team?

kin-studies !
= My {kin} studies {field}. | My {kin} is doing a degree in {field}.
?field What does <S's> {kin} study? | What subject is <S's> {kin} studying?

lunch-partner !
= I have lunch with {companion} {often}. | {often} I meet {companion} for lunch.
?companion Who <does S> have lunch with? | Who <does S> meet for lunch?
?often How often <does S> have lunch with {companion}? | When <does S> meet {companion} for lunch?
"""

FEARS: Final = (
    "spiders",
    "heights",
    "thunderstorms",
    "dogs",
    "snakes",
    "lifts",
    "the dark",
    "deep water",
    "needles",
    "moths",
    "clowns",
    "bridges",
    "wasps",
    "crowds",
)
COLLECTED: Final = (
    "old stamps",
    "sea shells",
    "postcards",
    "vinyl records",
    "tea tins",
    "film posters",
    "fountain pens",
    "snow globes",
    "beer mats",
    "fridge magnets",
    "toy cars",
    "marbles",
    "comic books",
    "jerseys",
    "old maps",
    "fossils",
    "teaspoons",
    "sneakers",
)
POOLS: Final[Mapping[str, tuple[str, ...]]] = {
    "city": words.CITIES,
    "country": words.COUNTRIES,
    "job": words.JOBS,
    "employer": words.EMPLOYERS,
    "kin": words.KIN,
    "name": words.WOMEN + words.MEN,
    "animal": words.ANIMALS,
    "pet": words.PET_NAMES,
    "food": words.FOODS,
    "dish": words.DISHES,
    "drink": words.DRINKS,
    "colour": words.COLOURS,
    "instrument": words.INSTRUMENTS,
    "language": words.LANGUAGES,
    "sport": words.SPORTS,
    "hobby": words.HOBBIES,
    "car": words.CARS,
    "field": words.FIELDS,
    "month": words.MONTHS,
    "duration": words.DURATIONS,
    "often": words.OFTEN,
    "reason": words.REASONS,
    "companion": words.COMPANIONS,
    "dream": words.DREAMS,
    "genre": words.GENRES,
    "music": words.MUSIC,
    "cause": words.CAUSES,
    "thing": words.THINGS,
    "meaning": words.MEANINGS,
    "advice": words.ADVICE,
    "praised": words.PRAISED,
    "quality": words.QUALITIES,
    "quality2": words.QUALITIES,
    "trouble": words.TROUBLES,
    "course": words.COURSES,
    "number": words.NUMBERS,
    "event": words.EVENTS,
    "surname": words.SURNAMES,
    "fear": FEARS,
    "thing2": COLLECTED,
}
"""What can fill each slot; ``title``, ``day``, ``size`` and ``code`` are made up as they are needed."""

_SLOT = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Frame:
    """A relation. ``asks`` are ways to ask for each answer: the slots that it stands in, joined by ``+``."""

    name: str
    tells: tuple[str, ...]
    asks: Mapping[str, tuple[str, ...]]
    changes: bool
    kept_out: bool

    def slots(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_SLOT.findall(text)))


def slots_of(answer: str) -> tuple[str, ...]:
    """The slots that an answer stands in: "day+month"."""
    return tuple(part for part in answer.split("+") if part.islower() or part == "quality2")


def trained_ways(asks: tuple[str, ...]) -> tuple[str, ...]:
    """The ways to ask that training may use."""
    return asks[:-1] if len(asks) > 2 else asks


def kept_ways(asks: tuple[str, ...]) -> tuple[str, ...]:
    """The ways to ask that training never sees."""
    return asks[-1:] if len(asks) > 2 else ()


def _read(text: str) -> tuple[Frame, ...]:
    frames = []
    for block in text.strip().split("\n\n"):
        head, *body = re.sub(r"\n(?![=?])", " ", block.split("\n", 1)[0] + "\n" + block.split("\n", 1)[1]).split("\n")
        name, *flags = head.split()
        tells: tuple[str, ...] = ()
        asks = {}
        for line in body:
            if line.startswith("="):
                tells = _ways(line[1:])
            else:
                answer, _, ways = line[1:].partition(" ")
                asks[answer] = _ways(ways)
        frames.append(Frame(name, tells, asks, "*" in flags, "!" in flags))
    return tuple(frames)


def _ways(text: str) -> tuple[str, ...]:
    return tuple(way.strip() for way in text.split("|"))


FRAMES: Final = _read(_FRAMES)

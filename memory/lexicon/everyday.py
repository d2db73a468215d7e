"""Words and phrases that everybody uses all the time, so that they say nothing of a person or a topic.

There is no table of frequencies among the twin's parts; these lists stand in for its top. They were written down for
this purpose: the commonest verbs, adverbs and nouns of spoken English, and what conversation with an assistant brings.
"""

from __future__ import annotations

from memory.recall.terms import STOP_WORDS

EVERYDAY_WORDS = STOP_WORDS | frozenset(
    """able actually ago ah almost already also although always another anybody anyone anything anyway around ask asked
    asking away back bad basically became become been began begin believe best better big bit bring brought call called
    came cause change come comes coming could course day days definitely did different does doing done else end enough
    er erm especially etc even ever every everybody everyone everything exactly example far feel feeling felt find fine
    finally first forget found gave get gets getting give given gives giving go goes going gone gonna good got gotta
    great guess guy guys had half happen happened happens hard hear heard hello help hey hi high hm hmm hope how however
    idea important instead keep kept kind knew know known knows last later least leave left less let like liked likes
    literally little live ll long look looked looking looks lot lots love made make makes making many matter may maybe
    mean means might mine minute moment month months morning much must name near need needed needs never new next nice
    night nobody nothing now nowhere number obviously often oh ok okay old one ones open part past people per perhaps
    person place please point possible probably put quite rather read ready real really reason remember right said same
    saw say saying says second see seem seemed seems seen send set several shall short show simply since small somebody
    someone something sometimes soon sorry sort start started stay still stop stuff such sure take taken takes taking
    talk talked talking tell tells than thank thanks thing things think thinking thought three time times today together
    told tomorrow tonight took totally tried true try trying turn two um uh understand upon us use used uses using
    usually want wanted wants way ways week weeks well went whatever whenever whether whole will wish within without won
    wonder word words work worked working works world would write wrong yeah year years yep yes yesterday yet
    amazing awesome beautiful cool delighted enjoy enjoyed enjoying excellent excited exciting fantastic favorite
    favourite fun funny glad happy incredible interesting perfect pleased pretty sound sounded sounds super terrible
    tough wonderful wow yay
    a's ain't c'mon can't gonna hadn't let's oughtn't that'd that'll there's wanna what's where's who's y'all""".split()  # noqa: SIM905
)

EVERYDAY_PHRASES = frozenset(
    """a bit of|a couple of|a little bit|a lot of|a lot more|a number of|all of the|all the time|and so on|as soon as
    |as well as|at the end of|at the moment|at the same time|be able to|by the way|do you have|do you know
    |do you remember|do you think|do you want|going to be|have to do|have you ever|how about you|how are you|how do i
    |how do you|how many times|how to do|i am going to|i am not|i can do|i do not|i don't have|i don't know
    |i don't think|i don't want|i going to|i had a|i have a|i have been|i have no idea|i have to|i know that|i like to
    |i need to|i think i|i think it|i think that|i think the|i used to|i want to|i was going to|i will be|i would like
    |i would like to|i'd like to|i'm going to|i'm not sure|i've been|in order to|in the end|in the first place
    |in the middle of|is going to|is there a|it is a|it was a|it would be|let me know|look forward to|looking forward to
    |most of the|of the day|on the other hand|one of my|one of the|out of the|part of the|part of my|quite a bit
    |some of the|thank you for|thank you so much|thank you very much|that would be|the end of the|the fact that
    |the first time|the last time|the next day|the other day|the rest of the|the same thing|the same time|there is a
    |this is a|to be able to|to do it|to do this|to do with|used to be|want to be|want to go|was going to|we going to
    |what about you|what are you|what do you|what do you think|what is the|would be a|would like to|would you like
    |would you recommend|you can do|you have any|you have to|you know what|you want to|can you help me
    |can you tell me|could you please|tell me about|help me with|can you give me""".replace("\n    ", "").split("|")
)

"""Sentences in which the words of commands are meant as words: nothing may be carried out in any of them."""

ORDINARY = tuple(
    line.strip()
    for line in """
    There is a comma missing in the second line.
    You forgot the comma after the greeting.
    I always put an Oxford comma before the last item.
    The Oxford comma is a matter of taste.
    He explained the serial comma, which nobody had asked about.
    Is it a comma or a semicolon?
    A semicolon would be better than a comma here.
    The file is comma separated, so open it with a spreadsheet.
    Use comma separated values for the export.
    She teaches where to put commas and full stops.
    That comma splice would not have survived my teacher.
    Without a comma the sentence means something else.
    My son asked me what a comma is for.
    There should be no comma between subject and verb.
    Replace the comma by a dash.
    A trailing comma breaks the parser.
    The comma key on my keyboard is stuck.
    He reads every comma of a contract.
    The butterfly called comma has ragged wings.
    We saw a comma and two peacocks in the garden.
    The train came to a full stop in front of the signal.
    The car came to a full stop.
    Everything came to a full stop when the power failed.
    Work on the bridge came to a full stop last winter.
    You cannot talk to me like that, full stop.
    I will not pay, full stop, and that is my last word.
    I will not pay full stop, and that is my last word.
    It is over, period.
    You cannot do that, period.
    It was a period of great change.
    The period of time between the wars was short.
    During that period I lived in Leeds.
    It was a difficult period for all of us.
    The trial period ends on Friday.
    We are still in the trial period.
    There is a notice period of three months.
    My notice period is three months.
    The Victorian period has always interested me.
    She specialises in the early modern period.
    In this period sales went up.
    He played well in the first period.
    They scored twice in the second period.
    For a long period nothing happened.
    After a short period we went on.
    Her period was late.
    The waiting period is over.
    The grace period expires at midnight.
    It is a period drama about a butler.
    They wore period costume at the wedding.
    The house is full of period furniture.
    Over the same period last year we sold more.
    Each period lasts for forty minutes.
    Every period has its style.
    The cooling off period is fourteen days.
    I have double period maths on Monday.
    That question mark at the end looks odd.
    There is a big question mark over the whole project.
    A question mark hangs over his future.
    His health remains a question mark.
    The final question mark is missing.
    She ended every message with an exclamation mark.
    He shouts without a single exclamation mark.
    One exclamation mark is enough.
    There is an exclamation mark on the sign.
    The doctor looked at my colon last week.
    He had colon cancer and recovered.
    Cancer of the colon is treatable.
    They stayed in Colon for a month.
    A colon introduces a list.
    The colon in that headline is wrong.
    Put a colon after the word.
    Semicolons are rare in messages.
    The semicolon is dying out.
    I have never used a semicolon.
    Add a dash of salt and stir.
    She made a dash for the door.
    We had to dash to the station.
    I must dash, the bus is coming.
    The hundred metre dash starts at noon.
    They dash across the road without looking.
    A dash of colour would help this room.
    Her dash board camera recorded it.
    He wore a dash of perfume.
    The dash between the words is too long.
    There is a hyphen in her surname.
    Her name is written with a hyphen.
    Do I need a hyphen there?
    Put that in brackets.
    Please open bracket number four on the shelf.
    The open brackets do not match the closed ones.
    Can you quote me a price?
    I will quote him in my article.
    He gave me a quote for the roof.
    The opening quote of the book is from Homer.
    To quote my grandmother, patience is bitter.
    An ellipsis can mean many things.
    The ellipsis at the end was deliberate.
    A new line of products will be launched in May.
    The new line is faster than the old one.
    They opened a new line between Leeds and York.
    This new line of questioning surprised the witness.
    I need a new line for my fishing rod.
    We are waiting for the next line of the play.
    What is the next line?
    My next line got a laugh.
    He forgot the next line.
    The new paragraph style looks good.
    I added a new paragraph to the report.
    Every new paragraph begins with an indent.
    This new paragraph about taxes is unclear.
    Read me the next paragraph.
    In the next paragraph he changes his mind.
    Start a new paragraph when the topic changes.
    You could start a new line there.
    Scratch that itch before it gets worse.
    I cannot scratch that off the lens.
    Did you scratch that table?
    Do not scratch that car.
    You can scratch that from the list.
    He said scratch that.
    He said, scratch that, and left.
    She told me to scratch that.
    And then he says, scratch that, we will stay.
    The command scratch that removes a sentence.
    Just say scratch that.
    I had to strike that from the record.
    The judge told them to strike that.
    Could you strike that sentence?
    They want to strike that day.
    Please delete that file.
    Can you delete that photo?
    I would like to delete that.
    You should delete that account.
    He asked me to delete that.
    Do not delete that folder yet.
    The title is in all caps.
    He writes his emails in all caps.
    All caps emails are rude.
    It was written in all caps, which looked angry.
    Do not use all caps.
    The caps on those bottles are loose.
    Put the caps on the pens.
    Take the caps off before you pour.
    She took the caps off all the bottles.
    The capital of France is Paris.
    They need more working capital.
    Capital letters are hard to read.
    Capital gains are taxed differently.
    He raised capital for the company.
    The capital city is crowded.
    That is freedom with a capital F.
    There is no space left on the disk.
    There is no space in the car.
    I have no space for another shelf.
    We have no space.
    No space was wasted in that kitchen.
    How do you spell necessary?
    Can you spell it for me?
    I never learned to spell.
    It was a long dry spell. US farmers lost their crops.
    Under the spell USA stood in red letters.
    I bought a camera with double A.
    They were under a spell of bad luck.
    A cold spell is coming.
    He spelled it wrong on the form.
    She spelled out the terms.
    We went through a dry spell.
    The A B C of cooking is salt, fat and heat.
    I work for the BBC in London.
    We compared A, B and C.
    Options A, B, C and D are all wrong.
    I would like double the amount.
    That's double the price.
    It costs double.
    Alpha and Bravo teams will meet at noon.
    The hotel in Lima was full.
    Tango and foxtrot are on Tuesday.
    It is a common mistake.
    That is karma, I suppose.
    He was in a coma for a week.
    Come at six if you can.
    The comet was visible all night.
    We are on the same page.
    The bracket on the wall is loose.
    He spoke at length about the dash, the hyphen and the comma.
    Commas, colons and dashes are her subject.
    The teacher wrote comma on the board.
    The word comma comes from Greek.
    He typed comma instead of dot.
    It ends with comma and space.
    The delimiter is semicolon by default.
    You say question mark where I say eh.
    The button says new paragraph.
    You press new line twice.
    """.strip().splitlines()
)

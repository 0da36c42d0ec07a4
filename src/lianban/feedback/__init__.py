"""What citizens say about the service, and what comes of it (好差评, 有事您说话, 回访).

Rooms: `ratings` a rating is given, kept, shown · `rectification` a problem is verified, put right, answered, written
off · `matters` the clocks of all that is handled here.
"""

"""The Rasa action server: one thin action per thing a user can ask for.

An action reads a turn, calls one engine and phrases one reply. Actions hold no state: what must outlive a turn is in
Rasa's slots (the conversation), the audience store (the viewer) or the engines (the catalogue and the models).
"""

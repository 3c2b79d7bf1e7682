"""Results that are kept between runs, by the content of the question.

`content` makes keys of questions, `store` keeps texts in a file, `answers` are these texts about a space.
"""

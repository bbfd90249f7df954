"""A QuestionnaireResponse held against its Questionnaire: items, what enables them, and their answers."""

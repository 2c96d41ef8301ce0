"""FHIR messages (R4 §2.4): a Bundle of type `message`, understood, followed and filed."""

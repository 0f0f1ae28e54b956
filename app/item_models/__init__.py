"""What Qt's views ask of the session, translated."""

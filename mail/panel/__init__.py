"""What the gateway adds to the panel: everything about an address, and letters as what can be reported and taken down."""

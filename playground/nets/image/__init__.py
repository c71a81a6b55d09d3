"""Networks for pictures (n, C, H, W) with any number of channels and sides that are multiples of 4; (h, w) = (H / 4, W / 4).

Sizes are chosen so that one 2-core machine can both train and serve pictures of 28 x 28.

picture.py     what a configuration says of a picture
vae.py         encoder and decoder
gan.py         generator and critic
flow.py        velocity U-Net
classifier.py  classes and features
"""

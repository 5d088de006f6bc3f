package org.residuum.data.decode.jpeg;

import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.swing.UIDefaults;

/**
 * The JDK's own JPEG decoder, whatever else is registered with ImageIO. The JDK gives access to it
 * by its registry alone, which other code may have changed: the provider is taken by its class, and
 * where it was removed, made anew by a class of the JDK that may.
 */
final class JdkJpegReader {
  static final String PROVIDER = "com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi";

  private JdkJpegReader() {}

  /** Made when first needed; one for all threads. */
  private static final class Holder {
    static final ImageReaderSpi PROVIDER_OR_NULL = find();
  }

  static ImageReader create() throws IOException {
    ImageReaderSpi provider = Holder.PROVIDER_OR_NULL;
    if (provider == null) {
      throw new IOException("this Java has no JPEG decoder (" + PROVIDER + "); use OpenJDK");
    }
    return provider.createReaderInstance(null);
  }

  static ImageReaderSpi find() {
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (providers.hasNext()) {
      ImageReaderSpi provider = providers.next();
      if (provider.getClass().getName().equals(PROVIDER)) {
        return provider;
      }
    }
    return new UIDefaults.ProxyLazyValue(PROVIDER).createValue(null) instanceof ImageReaderSpi made
        ? made
        : null;
  }
}

package org.residuum.data.decode.jpeg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.junit.jupiter.api.Test;
import org.residuum.data.Picture;

/** Which decoder runs depends neither on ImageIO's registry nor on the thread's class loader. */
class JdkJpegReaderTest {
  private static byte[] jpeg() throws IOException {
    try (InputStream in = JdkJpegReaderTest.class.getResourceAsStream("../pictures/CMYK-.jpg")) {
      return in.readAllBytes();
    }
  }

  @Test
  void anEmptiedRegistryAndNoContextClassLoaderChangeNothing() throws IOException {
    byte[] expected = Picture.decode("a", jpeg()).pixels();
    IIORegistry registry = IIORegistry.getDefaultInstance();
    List<ImageReaderSpi> readers = new ArrayList<>();
    registry.getServiceProviders(ImageReaderSpi.class, true).forEachRemaining(readers::add);
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    try {
      registry.deregisterAll(ImageReaderSpi.class);
      thread.setContextClassLoader(null);
      assertEquals(JdkJpegReader.PROVIDER, JdkJpegReader.find().getClass().getName());
      assertArrayEquals(expected, Picture.decode("a", jpeg()).pixels());
    } finally {
      thread.setContextClassLoader(loader);
      registry.registerServiceProviders(readers.iterator());
    }
  }
}

package org.residuum;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

/** Two copies of everything, natives too, work side by side in one JVM, as two web applications. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TwoClassLoadersTest {
  /** What each copy does, by its own classes. */
  public static final class Application implements Callable<float[]> {
    @Override
    public float[] call() throws Exception {
      Shape image = Shape.of(3, 8, 8);
      Model model =
          Model.untrained(ResNets.cifar(8, image, 4, ResidualBlocks.Shortcut.ZERO_PAD), 1)
              .withPreprocessing(Preprocessing.cifar10().withShape(image));
      try (Device device = Devices.open("cpu");
          Classifier classifier = Classifier.open(model, device)) {
        Picture grey = new Picture(8, 8, 3, new byte[3 * 64]);
        classifier.classify(grey, 1);
        return classifier.logitsAsync(grey).get();
      }
    }
  }

  private static URLClassLoader copy() throws MalformedURLException {
    return new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
  }

  private static URL[] classPath() throws MalformedURLException {
    if (TwoClassLoadersTest.class.getClassLoader() instanceof URLClassLoader loader) {
      return loader.getURLs();
    }
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  @SuppressWarnings("unchecked")
  private static float[] run(ClassLoader loader) throws Exception {
    Class<?> application = loader.loadClass(Application.class.getName());
    assertNotSame(Application.class, application);
    return ((Callable<float[]>) application.getConstructor().newInstance()).call();
  }

  @Test
  void bothCompute() throws Exception {
    float[] own = new Application().call();
    try (URLClassLoader other = copy()) {
      assertEquals(4, own.length);
      assertArrayEquals(own, run(other));
      assertArrayEquals(own, new Application().call());
    }
  }
}

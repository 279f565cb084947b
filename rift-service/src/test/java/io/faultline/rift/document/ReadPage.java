package io.faultline.rift.document;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.namespace.NamespaceContext;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A page as an XML parser reads it, which forgives nothing. Paths call HTML's elements {@code h:} and SVG's {@code s:}. */
final class ReadPage {
    private static final Map<String, String> NAMESPACES =
            Map.of("h", "http://www.w3.org/1999/xhtml", "s", "http://www.w3.org/2000/svg");

    private final Document document;
    private final XPath xpath = XPathFactory.newInstance().newXPath();

    private ReadPage(Document document) {
        this.document = document;
        xpath.setNamespaceContext(new Prefixes());
    }

    /** @throws IOException if it is not well-formed */
    static ReadPage of(String xml) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return new ReadPage(builder.parse(new InputSource(new StringReader(xml))));
        } catch (SAXException | ParserConfigurationException e) {
            throw new IOException(e);
        }
    }

    /** The text of the first match; empty without any. */
    String text(String path) {
        return texts(path).stream().findFirst().orElse("");
    }

    /** The text of every match, white space as a browser shows it. */
    List<String> texts(String path) {
        List<String> texts = new ArrayList<>();
        nodes(document, path).forEach(node -> texts.add(shown(node.getTextContent())));
        return texts;
    }

    /** The rows of the table of that caption, cells parted by a bar. */
    List<String> rows(String caption) {
        List<String> rows = new ArrayList<>();
        nodes(document, "//h:table[h:caption = '" + caption + "']/h:tbody/h:tr").forEach(row -> {
            List<String> cells = new ArrayList<>();
            nodes(row, "h:th | h:td").forEach(cell -> {
                List<String> parts = new ArrayList<>();
                nodes(cell, ".//text()").forEach(part -> parts.add(shown(part.getTextContent())));
                cells.add(shown(String.join(" ", parts)));
            });
            rows.add(String.join(" | ", cells));
        });
        return rows;
    }

    private static String shown(String text) {
        return text.replaceAll("\\s+", " ").trim();
    }

    private List<Node> nodes(Node from, String path) {
        try {
            NodeList found = (NodeList) xpath.evaluate(path, from, XPathConstants.NODESET);
            return IntStream.range(0, found.getLength()).mapToObj(found::item).toList();
        } catch (XPathExpressionException e) {
            throw new IllegalArgumentException(path, e);
        }
    }

    private static final class Prefixes implements NamespaceContext {
        @Override
        public String getNamespaceURI(String prefix) {
            return NAMESPACES.getOrDefault(prefix, XMLConstants.NULL_NS_URI);
        }

        @Override
        public String getPrefix(String namespace) {
            throw new UnsupportedOperationException("XPath asks for namespaces alone");
        }

        @Override
        public Iterator<String> getPrefixes(String namespace) {
            throw new UnsupportedOperationException("XPath asks for namespaces alone");
        }
    }
}

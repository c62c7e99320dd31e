"""Course text is shown without danger: no HTML of its own, no script, pictures from the course's folder only."""

import pytest

from content.rendering import render_markdown

BASE = "/catalogue/KC-E01/figure/"


def html(text: str) -> str:
    return render_markdown(text, figure_base=BASE)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[点我](javascript:alert(1))",
        "[点我](data:text/html,x)",
        "![图](https://example.org/x.svg)",
        "![图](../KC-E02/fig1.svg)",
        "![图](//example.org/fig1.svg)",
        "![图](fig1.svg?x)",
        "| a |\n|---|\n| <svg onload=alert(1)> |",
        '![" onerror="alert(1)](x.png)',
    ],
)
def test_nothing_dangerous_comes_through(attack: str) -> None:
    shown = html(attack)
    for bad in ("<script", "<img", "<svg", 'href="javascript', 'href="data', 'href="//'):
        assert bad not in shown


def test_a_lone_picture_is_a_figure_with_its_description() -> None:
    shown = html("![三步融入](fig1.svg)")
    assert f'<img src="{BASE}fig1.svg" alt="三步融入"' in shown
    assert "<figure>" in shown


def test_links_say_nothing_of_where_the_reader_came_from() -> None:
    assert 'rel="noopener noreferrer nofollow"' in html("[标准](https://example.org/)")


def test_figures_never_come_from_another_server() -> None:
    with pytest.raises(ValueError, match="this server"):
        render_markdown("x", figure_base="//example.org/")


def test_a_description_cannot_break_out_of_its_attribute() -> None:
    assert 'alt="&quot; onerror=&quot;x"' in html('![" onerror="x](fig1.svg)')


def test_emphasis_works_beside_chinese_punctuation() -> None:
    assert html("**先听懂。**再帮助") == "<p><strong>先听懂。</strong>再帮助</p>\n"
    assert html("他说**“我会”**了") == "<p>他说<strong>“我会”</strong>了</p>\n"
    assert html("两数之积 2 ** 3 ** 4") == "<p>两数之积 2 ** 3 ** 4</p>\n"

"""Who lives in the town: Child, Family, School, Employer and Alliance.

Each kind is a genuine Mesa agent whose state lives in columns (:mod:`model.columns.table`); an object is made
only when somebody looks. A column is declared once, here or in :mod:`model.agents.institutions`, with its
unit, range, meaning and the phases that may write it."""

from typing import ClassVar

import numpy as np

from model.agents.gain_columns import GAIN_COLUMNS
from model.agents.institutions import POSTS, Alliance, Employer, School
from model.columns.agent import ColumnAgent
from model.columns.column import Column
from model.columns.column import column as _c

__all__ = ["KINDS", "POSTS", "Alliance", "Child", "Employer", "Family", "School"]

f4, i1, i2, i4 = np.float32, np.int8, np.int16, np.int32
u1, u4 = np.uint8, np.uint32
BUILD = ("populate", "arrive")


class Child(ColumnAgent):
    """Somebody who grows up here: pupil, young person, worker, parent. Followed to 32 if resident at 16."""

    kind: ClassVar[str] = "child"
    columns: ClassVar[tuple[Column, ...]] = (
        _c("id", u4, "id", 0, 2**32 - 1, "entry year and number; 0 for a row not in use", *BUILD),
        _c("present", np.bool_, "yes/no", 0, 1, "followed: in town, or grown up here", *BUILD),
        _c("cohort", i2, "year", 1960, 2048, "academic year of birth", *BUILD),
        _c("entered", i2, "year", 0, 2048, "academic year of entry to the town", *BUILD),
        _c("month", i1, "month", 0, 11, "birth month, 0 is September", *BUILD),
        _c("girl", np.bool_, "yes/no", 0, 1, "sex as recorded by schools", *BUILD),
        _c("family", i4, "row", -1, 2**31 - 1, "row of the family", *BUILD, initial=-1),
        _c("ward", i2, "row", -1, 32767, "ward of residence; -1 outside the town", *BUILD, initial=-1),
        _c("resident", np.bool_, "yes/no", 0, 1, "lives in the town", *BUILD, "next_steps"),
        _c(
            "followed",
            np.bool_,
            "yes/no",
            0,
            1,
            "resident at 16, so counted in mobility",
            *BUILD,
            "assessment",
        ),
        _c("sen", i1, "level", 0, 2, "0 none, 1 support, 2 special school", *BUILD),
        _c("eal", np.bool_, "yes/no", 0, 1, "English as an additional language", *BUILD),
        _c("theta", f4, "SD of skill", -9, 9, "stable part of skill", *BUILD),
        _c("literacy", f4, "SD of skill", -9, 9, "state of literacy", *BUILD, "learning"),
        _c("numeracy", f4, "SD of skill", -9, 9, "state of numeracy", *BUILD, "learning"),
        _c("socio", f4, "SD", -9, 9, "socio-emotional skill", *BUILD, "learning"),
        _c("aspiration", f4, "SD", -9, 9, "aspiration and engagement", *BUILD, "learning"),
        _c("absence_trait", f4, "SD", -9, 9, "lasting tendency to miss sessions", *BUILD),
        _c("frailty", f4, "SD", -9, 9, "lasting tendency to be NEET, net of what is recorded", *BUILD),
        _c("absence", f4, "% of sessions", 0, 100, "sessions missed this year", *BUILD, "attendance"),
        _c("school", i2, "row", -1, 32767, "school attended; -1 none", *BUILD, "admissions", initial=-1),
        _c(
            "need_history",
            u1,
            "bits",
            0,
            255,
            "family in need, this year the lowest bit",
            *BUILD,
            "households",
        ),
        _c("fsm", np.bool_, "yes/no", 0, 1, "eligible for free meals now", *BUILD, "households"),
        _c("fsm_history", u1, "bits", 0, 255, "free meals, this year the lowest bit", *BUILD, "households"),
        _c(
            "protected",
            np.bool_,
            "yes/no",
            0,
            1,
            "transitional protection of free meals",
            *BUILD,
            "households",
        ),
        _c(
            "eyfsp",
            f4,
            "SD of score",
            -9,
            9,
            "foundation stage profile",
            *BUILD,
            "assessment",
            initial=np.nan,
        ),
        _c("phonics", f4, "SD of score", -9, 9, "phonics check", *BUILD, "assessment", initial=np.nan),
        _c("ks1", f4, "SD of score", -9, 9, "key stage 1 reading", *BUILD, "assessment", initial=np.nan),
        _c("ks2", f4, "SD of score", -9, 9, "key stage 2", *BUILD, "assessment", initial=np.nan),
        _c("ks4", f4, "SD of score", -9, 9, "key stage 4", *BUILD, "assessment", initial=np.nan),
        _c("ks4_school", i2, "row", -1, 32767, "school at 16", *BUILD, "assessment", initial=-1),
        _c("fsm_at_15", np.bool_, "yes/no", 0, 1, "free meals in Year 11", *BUILD, "assessment"),
        _c(
            "disadvantaged_at_16",
            np.bool_,
            "yes/no",
            0,
            1,
            "free meals in six years to 16",
            *BUILD,
            "assessment",
        ),
        _c(
            "family_rank",
            f4,
            "share",
            0,
            1,
            "family's national income rank at 16",
            *BUILD,
            "assessment",
            initial=np.nan,
        ),
        _c("origin", f4, "national SD", -9, 9, "family's income position at 16", *BUILD, "assessment"),
        _c(
            "route",
            i1,
            "code",
            0,
            8,
            "main activity, see model.rules.routes",
            *BUILD,
            "admissions",
            "next_steps",
        ),
        _c(
            "early_education",
            np.bool_,
            "yes/no",
            0,
            1,
            "took part in early education at 3",
            *BUILD,
            "admissions",
        ),
        _c(
            "employer",
            i2,
            "row",
            -1,
            32767,
            "employer of a place taken; -1 none",
            *BUILD,
            "next_steps",
            initial=-1,
        ),
        _c(
            "post16", i2, "row", -1, 32767, "sixth form or college; -1 none", *BUILD, "admissions", initial=-1
        ),
        _c("ks5", np.bool_, "yes/no", 0, 1, "on a level 3 programme at 18", *BUILD, "next_steps"),
        _c(
            "qualification",
            i1,
            "level",
            0,
            3,
            "0 below level 2, 1 level 2, 2 level 3, 3 degree",
            *BUILD,
            "next_steps",
        ),
        _c(
            "english_maths",
            np.bool_,
            "yes/no",
            0,
            1,
            "level 2 English and maths",
            *BUILD,
            "assessment",
            "next_steps",
        ),
        _c(
            "captured", np.bool_, "yes/no", 0, 1, "activity recorded by the authorities", *BUILD, "next_steps"
        ),
        _c(
            "sustained_16",
            i1,
            "code",
            -1,
            1,
            "sustained after KS4; -1 not yet",
            *BUILD,
            "next_steps",
            initial=-1,
        ),
        _c(
            "sustained_18",
            i1,
            "code",
            -1,
            1,
            "sustained after KS5; -1 not applicable",
            *BUILD,
            "next_steps",
            initial=-1,
        ),
        _c("neet_terms", u1, "bits", 0, 7, "terms NEET this year, autumn lowest", *BUILD, "next_steps"),
        _c("neet_months", i2, "months", 0, 200, "months NEET from 16 to 24", *BUILD, "next_steps"),
        _c("he", i1, "code", 0, 2, "0 no, 1 entered higher education, 2 high tariff", *BUILD, "next_steps"),
        _c("employed", np.bool_, "yes/no", 0, 1, "in work at 25 or over", *BUILD, "next_steps"),
        _c(
            "earnings",
            f4,
            "pounds a year, 2017",
            0,
            1e6,
            "earnings at 25 or over",
            *BUILD,
            "next_steps",
            initial=np.nan,
        ),
        _c(
            "earnings_rank",
            f4,
            "share",
            0,
            1,
            "national rank of earnings",
            *BUILD,
            "next_steps",
            initial=np.nan,
        ),
        _c("encounters", i1, "count", 0, 127, "employer encounters so far", *BUILD, "next_steps"),
        _c(
            "social_action", np.bool_, "yes/no", 0, 1, "regular social action this year", *BUILD, "next_steps"
        ),
        _c("parent_since", i2, "year", 0, 2048, "year of first child; 0 none", *BUILD),
        *GAIN_COLUMNS,
    )


class Family(ColumnAgent):
    """The home of one or more children; its id is that of its first child."""

    kind: ClassVar[str] = "family"
    columns: ClassVar[tuple[Column, ...]] = (
        _c("id", u4, "id", 0, 2**32 - 1, "id of the first child; 0 for a row not in use", *BUILD),
        _c("present", np.bool_, "yes/no", 0, 1, "in town with a child under 19", *BUILD),
        _c("ses", f4, "national SD", -9, 9, "socio-economic position", *BUILD),
        _c("shock", f4, "national SD", -9, 9, "passing part of income", *BUILD, "households"),
        _c("income", f4, "national SD", -9, 9, "income position", *BUILD, "households"),
        _c(
            "need", np.bool_, "yes/no", 0, 1, "income below the free-meals line of 2017", *BUILD, "households"
        ),
        _c("parent_qualification", i1, "level", 0, 3, "0 below level 2 to 3 degree", *BUILD),
        _c("home_learning", f4, "SD", -9, 9, "home learning environment", *BUILD, "households", "alliance"),
        _c("trust", f4, "SD", -9, 9, "trust in school", *BUILD, "households", "alliance"),
        _c("ward", i2, "row", -1, 32767, "ward; -1 outside the town", *BUILD, initial=-1),
        _c("east", f4, "km", -200, 200, "home, east of the wards' mean", *BUILD),
        _c("north", f4, "km", -200, 200, "home, north of the wards' mean", *BUILD),
        _c("lone_parent", np.bool_, "yes/no", 0, 1, "one parent", *BUILD),
        _c("eal", np.bool_, "yes/no", 0, 1, "another language at home", *BUILD),
        _c("private_rent", np.bool_, "yes/no", 0, 1, "rents privately", *BUILD),
        _c("youngest", i2, "year", 0, 2048, "birth cohort of the youngest child", *BUILD),
        _c("children", i1, "count", 0, 127, "children so far", *BUILD),
        _c("parent", u4, "id", 0, 2**32 - 1, "id of a parent who grew up here; 0 otherwise", *BUILD),
    )


KINDS: tuple[type[ColumnAgent], ...] = (Child, Family, School, Employer, Alliance)
